import type { ReactNode } from "react";

import classes from "./page-header.module.css";

type PageHeaderProps = { title: ReactNode; above?: ReactNode; below?: ReactNode; actions?: ReactNode };

export function PageHeader({ title, above, below, actions }: PageHeaderProps) {
  return (
    <header className={classes.header}>
      <div className={classes.words}>
        {above && <div className={classes.above}>{above}</div>}
        <h1 className={classes.title}>{title}</h1>
        {below && <div className={classes.below}>{below}</div>}
      </div>
      {actions && <div className={classes.actions}>{actions}</div>}
    </header>
  );
}
