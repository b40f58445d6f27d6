import { Button, Skeleton } from "@mantine/core";
import { useState } from "react";

import { closeDialog, Dialog, DialogActions } from "@/components/dialog";
import { ErrorNote } from "@/components/error-note";
import type { JobFilters } from "@/lib/query-keys";
import { randomKey } from "@/lib/random-key";
import { toast } from "@/lib/toast";
import { useDryRun, useManyJobs, type Deed } from "../api/many-jobs";
import { isWorthwhile, jobsWord, outcome, prospect } from "../many-words";
import { RefusedReruns } from "./refused-reruns";
import classes from "./terminate-dialog.module.css";

const WORDS = {
  terminate: { title: "Terminate", keep: "Keep the jobs", failed: "They were not terminated" },
  rerun: { title: "Run again", keep: "Run none", failed: "They were not run again" },
} as const;

type ManyJobsDialogProps = { deed: Deed; which: string; filters: JobFilters; onClose: () => void };

/** Tells how many jobs are meant before anything is done with them. */
export function ManyJobsDialog({ deed, which, filters, onClose }: ManyJobsDialogProps) {
  const dryRun = useDryRun(deed, filters);
  const many = useManyJobs(deed, filters);
  const [key] = useState(randomKey);
  const words = WORDS[deed];
  const count = dryRun.data?.matched ?? 0;
  const done = many.data && !("operation" in many.data) ? many.data : undefined;
  const confirm = (button: Element): void => {
    if (many.isPending || many.isSuccess) return;
    many.mutate(
      { key },
      {
        onSuccess: (answer) => {
          toast("good", "operation" in answer ? "It goes on in the background" : outcome(answer));
          // What was refused is to be read.
          if ("operation" in answer || !("refused" in answer) || answer.refused.length === 0) closeDialog(button);
        },
      },
    );
  };
  return (
    <Dialog title={`${words.title} all ${which}?`} onClose={onClose}>
      {dryRun.isPending && <Skeleton height={24} mb={12} aria-label="Counting the jobs" />}
      {dryRun.error && <ErrorNote title="They could not be counted" error={dryRun.error} onRetry={() => void dryRun.refetch()} />}
      {dryRun.data && !done && (
        <p className={classes.words} role="status">
          {prospect(dryRun.data)}
        </p>
      )}
      <RefusedReruns report={done ?? dryRun.data} />
      {many.error && <ErrorNote title={words.failed} error={many.error} />}
      <DialogActions>
        <Button variant="default" onClick={(event) => closeDialog(event.currentTarget)}>
          {done ? "Close" : words.keep}
        </Button>
        {dryRun.data && !done && isWorthwhile(dryRun.data) && (
          <Button color={deed === "terminate" ? "red" : undefined} loading={many.isPending} onClick={(event) => confirm(event.currentTarget)}>
            {many.error ? "Retry" : `${words.title}: ${jobsWord(count)}`}
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}
