import { IconArrowUp } from "@tabler/icons-react";

import classes from "./job-list.module.css";

/** A button that shows the held-back new rows. They are held back so that the list does not move while it is read. */
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
