import type { ReactNode } from "react";
import { useId } from "react";

import classes from "./factors.module.css";

type FactorSectionProps = { title: string; state: ReactNode; actions?: ReactNode; children?: ReactNode };

/** One kind of second factor: its state, and what can be done with it. */
export function FactorSection({ title, state, actions, children }: FactorSectionProps) {
  const titleId = useId();
  return (
    <section className={classes.section} aria-labelledby={titleId}>
      <div className={classes.head}>
        <div>
          <h3 id={titleId} className={classes.title}>
            {title}
          </h3>
          <p className={classes.state}>{state}</p>
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
      </div>
      {children}
    </section>
  );
}
