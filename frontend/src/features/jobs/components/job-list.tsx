import { Button, Skeleton } from "@mantine/core";
import { IconArrowUp } from "@tabler/icons-react";
import { useState, useSyncExternalStore, type ReactNode } from "react";

import { ErrorNote } from "@/components/error-note";
import late from "@/components/page-skeleton.module.css";
import { useJobs, useRestartWhenFull } from "../api/list-jobs";
import { useHeldRows } from "../use-held-rows";
import type { JobFilterState } from "../use-job-filters";
import classes from "./job-list.module.css";
import { JobTable } from "./job-table";
import { TerminateDialog } from "./terminate-dialog";

type JobListProps = { state: JobFilterState; empty: ReactNode; noMatch: ReactNode };

/** The list of jobs, updated live. `empty` and `noMatch` are shown when there are no rows. */
export function JobList({ state, empty, noMatch }: JobListProps) {
  const jobs = useJobs(state.filters);
  const [terminatingId, setTerminatingId] = useState<string | null>(null);
  const [focusWithin, setFocusWithin] = useState(false);
  const scrolled = useScrolledDown();
  const all = jobs.data?.pages.flatMap((page) => page.results) ?? [];
  const busy = scrolled || focusWithin || terminatingId !== null;
  const { rows, waiting, release } = useHeldRows(all, busy);
  // The current row: the job may change while the dialog is open.
  const terminating = all.find((job) => job.job_id === terminatingId);
  useRestartWhenFull(state.filters, busy);

  if (jobs.isPending) return <JobListSkeleton />;
  const showNew = (): void => {
    release();
    window.scrollTo({ top: 0 });
  };
  return (
    <section className={classes.list} aria-busy={jobs.isPlaceholderData} data-stale={jobs.isPlaceholderData || undefined}>
      {jobs.error && (
        <ErrorNote title="The jobs could not be read" error={jobs.error} onRetry={() => void jobs.refetch()} />
      )}
      <NewJobsPill count={waiting} onShow={showNew} />
      {rows.length > 0 && (
        <JobTable
          rows={rows}
          filters={state.filters}
          more={jobs.hasNextPage}
          onTerminate={setTerminatingId}
          onFocusWithin={setFocusWithin}
        />
      )}
      {rows.length === 0 && jobs.data && (state.any ? noMatch : empty)}
      {jobs.hasNextPage && (
        <div className={classes.older}>
          <Button variant="default" loading={jobs.isFetchingNextPage} onClick={() => void jobs.fetchNextPage()}>
            Show older jobs
          </Button>
        </div>
      )}
      {terminating && <TerminateDialog job={terminating} onClose={() => setTerminatingId(null)} />}
    </section>
  );
}

function JobListSkeleton() {
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

/** A button that shows the held-back new rows. They are held back so that the list does not move while it is read. */
function NewJobsPill({ count, onShow }: { count: number; onShow: () => void }) {
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

/** Up to this scroll position the user is at the top. */
const MAX_TOP_PX = 24;

/** Returns whether the page is scrolled down. */
function useScrolledDown(): boolean {
  return useSyncExternalStore(subscribe, () => window.scrollY > MAX_TOP_PX);
}

function subscribe(notify: () => void): () => void {
  window.addEventListener("scroll", notify, { passive: true });
  return () => window.removeEventListener("scroll", notify);
}
