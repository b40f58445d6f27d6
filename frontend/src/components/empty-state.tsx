import type { ReactNode } from "react";

import classes from "./empty-state.module.css";

type EmptyStateProps = {
  icon: ReactNode;
  title: string;
  /** It is all there is on the page, so its title is the page's. */
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
