import type { ReactNode } from "react";

import classes from "./empty-state.module.css";

type EmptyStateProps = {
  icon: ReactNode;
  title: string;
  /** The page has nothing else, so the title is the page's heading. */
  wholePage?: boolean;
  children?: ReactNode;
  action?: ReactNode;
};

export function EmptyState({ icon, title, wholePage = false, children, action }: EmptyStateProps) {
  const Title = wholePage ? "h1" : "h2";
  return (
    <div className={classes.empty}>
      <div className={classes.icon} aria-hidden>
        {icon}
      </div>
      <Title className={classes.title}>{title}</Title>
      {children && <div className={classes.words}>{children}</div>}
      {action && <div className={classes.action}>{action}</div>}
    </div>
  );
}
