import { Button } from "@mantine/core";
import { useState, type ReactNode } from "react";

import { ErrorNote } from "@/components/error-note";
import { useMay } from "@/lib/current-user";
import { useJobs, useRestartWhenFull } from "../api/list-jobs";
import { useHeldRows } from "../use-held-rows";
import type { JobFilterState } from "../use-job-filters";
import { useScrolledDown } from "../use-scrolled-down";
import classes from "./job-list.module.css";
import { JobListSkeleton } from "./job-list-skeleton";
import { JobTable } from "./job-table";
import { NewJobsPill } from "./new-jobs-pill";
import { TerminateDialog } from "./terminate-dialog";

type JobListProps = { state: JobFilterState; empty: ReactNode; noMatch: ReactNode };

export function JobList({ state, empty, noMatch }: JobListProps) {
  const jobs = useJobs(state.filters);
  const [terminatingId, setTerminatingId] = useState<string | null>(null);
  const [focusWithin, setFocusWithin] = useState(false);
  const scrolled = useScrolledDown();
  const mayTerminate = useMay("operate");
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
          onTerminate={mayTerminate ? setTerminatingId : undefined}
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
