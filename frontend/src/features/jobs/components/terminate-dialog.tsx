import { Button } from "@mantine/core";

import { closeDialog, Dialog, DialogActions } from "@/components/dialog";
import { ErrorNote } from "@/components/error-note";
import { StateBadge } from "@/components/state-badge";
import { hasEnded } from "@/lib/job-states";
import { showToast } from "@/lib/toast";
import type { ListedJob } from "@/types/api";
import { useTerminateJob } from "../api/terminate-job";
import classes from "./terminate-dialog.module.css";

type TerminateDialogProps = { job: ListedJob; onClose: () => void };

/** Terminates a job after a confirmation. */
export function TerminateDialog({ job, onClose }: TerminateDialogProps) {
  const terminate = useTerminateJob(job.job_id);
  const ended = hasEnded(job);
  const confirm = (button: Element): void => {
    if (terminate.isPending || terminate.isSuccess) return;
    terminate.mutate(undefined, {
      onSuccess: (answer) => {
        closeDialog(button);
        showToast("good", answer.state === "running" ? `${job.job_type} was asked to stop` : `${job.job_type} was terminated`);
      },
    });
  };
  return (
    <Dialog title={`Terminate ${job.job_type}?`} onClose={onClose}>
      <p className={classes.which}>
        <StateBadge job={job} /> <code>{job.job_id}</code>
      </p>
      <p className={classes.words}>
        {describeConsequence(job)}
        {!ended && job.series && " The series goes on: its next job is scheduled."}
      </p>
      {terminate.error && <ErrorNote title="It was not terminated" error={terminate.error} />}
      <DialogActions>
        <Button variant="default" onClick={(event) => closeDialog(event.currentTarget)}>
          {ended ? "Close" : "Keep the job"}
        </Button>
        {!ended && (
          <Button color="red" loading={terminate.isPending} onClick={(event) => confirm(event.currentTarget)}>
            {terminate.error ? "Retry" : "Terminate job"}
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}

function describeConsequence(job: ListedJob): string {
  if (hasEnded(job)) return "It has ended in the meantime.";
  if (job.state !== "running") return "It has not started. It ends at once and will not run.";
  return "It is running. It will be asked to stop, and made to if it does not; what it has done so far stays done.";
}
