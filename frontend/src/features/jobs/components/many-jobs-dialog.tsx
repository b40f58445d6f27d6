import { Button, Skeleton } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";

import { closeDialog, Dialog, DialogActions } from "@/components/dialog";
import { ErrorNote } from "@/components/error-note";
import { paths } from "@/lib/paths";
import type { JobFilters } from "@/lib/query-keys";
import { makeRandomKey } from "@/lib/random-key";
import { showToast } from "@/lib/toast";
import { useDryRun, useManyJobs, type ManyAction, type ManyReport } from "../api/many-jobs";
import { describeDryRun, describeReport, formatJobCount, isWorthwhile } from "../many-jobs-text";
import listClasses from "./many-jobs.module.css";
import classes from "./terminate-dialog.module.css";

const WORDS = {
  terminate: { title: "Terminate", keep: "Keep the jobs", failed: "They were not terminated" },
  rerun: { title: "Run again", keep: "Run none", failed: "They were not run again" },
} as const;

type ManyJobsDialogProps = { action: ManyAction; selection: string; filters: JobFilters; onClose: () => void };

/** Shows how many jobs an action affects, then performs it after a confirmation. */
export function ManyJobsDialog({ action, selection, filters, onClose }: ManyJobsDialogProps) {
  const dryRun = useDryRun(action, filters);
  const many = useManyJobs(action, filters);
  const [key] = useState(makeRandomKey);
  const words = WORDS[action];
  const count = dryRun.data?.matched ?? 0;
  const done = many.data && !("operation" in many.data) ? many.data : undefined;
  const confirm = (button: Element): void => {
    if (many.isPending || many.isSuccess) return;
    many.mutate(
      { key },
      {
        onSuccess: (answer) => {
          showToast("good", "operation" in answer ? "It goes on in the background" : describeReport(answer));
          // The dialog stays open if there are refused jobs to read.
          if ("operation" in answer || !("refused" in answer) || answer.refused.length === 0) closeDialog(button);
        },
      },
    );
  };
  return (
    <Dialog title={`${words.title} all ${selection}?`} onClose={onClose}>
      {dryRun.isPending && <Skeleton height={24} mb={12} aria-label="Counting the jobs" />}
      {dryRun.error && <ErrorNote title="They could not be counted" error={dryRun.error} onRetry={() => void dryRun.refetch()} />}
      {dryRun.data && !done && (
        <p className={classes.words} role="status">
          {describeDryRun(dryRun.data)}
        </p>
      )}
      <RefusedReruns report={done ?? dryRun.data} />
      {many.error && <ErrorNote title={words.failed} error={many.error} />}
      <DialogActions>
        <Button variant="default" onClick={(event) => closeDialog(event.currentTarget)}>
          {done ? "Close" : words.keep}
        </Button>
        {dryRun.data && !done && isWorthwhile(dryRun.data) && (
          <Button color={action === "terminate" ? "red" : undefined} loading={many.isPending} onClick={(event) => confirm(event.currentTarget)}>
            {many.error ? "Retry" : `${words.title}: ${formatJobCount(count)}`}
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}

const MAX_SHOWN = 20;

/** Lists the jobs that are not run again, with the reasons. */
function RefusedReruns({ report }: { report: ManyReport | undefined }) {
  const refused = report && "refused" in report ? report.refused : [];
  if (refused.length === 0) return null;
  return (
    <ul className={listClasses.refused} aria-label="Refused">
      {refused.slice(0, MAX_SHOWN).map(({ job_id, errors }) => (
        <li key={job_id}>
          <Link to={paths.job(job_id)}>{job_id}</Link>: {errors.map(({ detail }) => detail).join(" ")}
        </li>
      ))}
      {refused.length > MAX_SHOWN && <li>and {refused.length - MAX_SHOWN} more</li>}
    </ul>
  );
}
