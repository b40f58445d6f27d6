import type { ReactNode } from "react";
import { useId } from "react";

import classes from "./panel.module.css";

type PanelProps = { title: string; aside?: ReactNode; flush?: boolean; children: ReactNode };

/** A card with a title. `flush`: the content reaches the edges (tables, logs). */
export function Panel({ title, aside, flush = false, children }: PanelProps) {
  const titleId = useId();
  return (
    <section className={classes.panel} aria-labelledby={titleId}>
      <div className={classes.head}>
        <h2 id={titleId} className={classes.title}>
          {title}
        </h2>
        {aside && <div className={classes.aside}>{aside}</div>}
      </div>
      <div className={flush ? undefined : classes.body}>{children}</div>
    </section>
  );
}
