import { IconArrowUp } from "@tabler/icons-react";

import classes from "./job-list.module.css";

/** Rows that wait so that nothing moves under the reader's eyes. */
export function NewJobsPill({ count, onShow }: { count: number; onShow: () => void }) {
  const words = count === 1 ? "1 new job" : `${count > 99 ? "99+" : count} new jobs`;
  return (
    <div className={classes.pillPlace} role="status">
      {count > 0 && (
        <button type="button" className={classes.pill} onClick={onShow}>
          <IconArrowUp size={15} aria-hidden /> {words}
        </button>
      )}
    </div>
  );
}
