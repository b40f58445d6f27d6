import { Skeleton } from "@mantine/core";

import classes from "./page-skeleton.module.css";

/** A placeholder for a page that is loading. It appears after a short delay, so that fast pages do not flicker. */
export function PageSkeleton() {
  return (
    <div className={classes.late} aria-busy="true" aria-label="Loading">
      <Skeleton height={30} width={220} mb={24} />
      <Skeleton height={44} mb={8} />
      <Skeleton height={320} />
    </div>
  );
}
