import { getDisplayState } from "@/lib/job-states";
import type { ListedJob } from "@/types/api";
import classes from "./progress.module.css";

type ProgressProps = { job: Pick<ListedJob, "job_type" | "state" | "completion_percentage" | "terminate_requested_at"> };

export function Progress({ job }: ProgressProps) {
  const percent = job.completion_percentage;
  return (
    <div className={classes.progress} data-shown-state={getDisplayState(job)}>
      <div
        className={classes.track}
        role="progressbar"
        aria-label={`Progress of ${job.job_type}`}
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <div className={classes.bar} style={{ width: `${percent}%` }} />
      </div>
      <span className={classes.percent}>{percent}%</span>
    </div>
  );
}
