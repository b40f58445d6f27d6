import { useNow } from "@/lib/clock";
import { duration, withLocalTimes } from "@/lib/time";
import type { Job } from "@/types/api";
import classes from "./job-page.module.css";
import { Progress } from "./progress";

/** Before this an estimate is a guess. */
const ESTIMATE_AFTER_MS = 10_000;

/** Where the job stands: why it waits, or how far it is and what it said last. Ended jobs speak for themselves. */
export function JobProgressPanel({ job }: { job: Job }) {
  if (job.terminated_at) return null;
  if (job.state !== "running") {
    return (
      <div className={classes.now} data-waiting>
        <span>{withLocalTimes(job.waiting_reason ?? "Waiting")}</span>
      </div>
    );
  }
  return (
    <div className={classes.now}>
      <Progress job={job} />
      <div className={classes.said}>
        <span>{job.terminate_requested_at ? "Asked to stop" : job.progress_message || "Running"}</span>
        <Estimate job={job} />
      </div>
    </div>
  );
}

function Estimate({ job }: { job: Job }) {
  const elapsed = useNow() - Date.parse(job.started_at ?? "");
  const done = job.completion_percentage / 100;
  if (!(elapsed >= ESTIMATE_AFTER_MS) || done <= 0 || done >= 1) return null;
  return <span className="tabular">about {duration((elapsed * (1 - done)) / done).replace(/\.\d/, "")} left</span>;
}
