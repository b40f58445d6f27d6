import type { ReactNode } from "react";

import classes from "./tag.module.css";

/** A word beside a name. `past`: what is over or switched off. */
export function Tag({ past = false, children }: { past?: boolean; children: ReactNode }) {
  return (
    <span className={classes.tag} data-past={past || undefined}>
      {children}
    </span>
  );
}
