import { Button, Skeleton } from "@mantine/core";
import { useState } from "react";

import { closeDialog, Dialog, DialogActions } from "@/components/dialog";
import { ErrorNote } from "@/components/error-note";
import type { JobFilters } from "@/lib/query-keys";
import { randomKey } from "@/lib/random-key";
import { showToast } from "@/lib/toast";
import { useDryRun, useManyJobs, type ManyAction } from "../api/many-jobs";
import { describeDryRun, describeReport, formatJobCount, isWorthwhile } from "../many-jobs-text";
import { RefusedReruns } from "./refused-reruns";
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
  const [key] = useState(randomKey);
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
