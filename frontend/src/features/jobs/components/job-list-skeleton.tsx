import { Skeleton } from "@mantine/core";

import late from "@/components/page-skeleton.module.css";
import classes from "./job-list.module.css";

export function JobListSkeleton() {
  return (
    <section className={classes.list} aria-busy="true" aria-label="Loading jobs">
      <div className={late.late}>
        {Array.from({ length: 8 }, (_, row) => (
          <div key={row} className={classes.skeletonRow}>
            <Skeleton height={22} radius="xl" />
            <Skeleton height={14} />
            <Skeleton height={8} />
            <Skeleton height={14} />
          </div>
        ))}
      </div>
    </section>
  );
}
