import { useNow } from "@/lib/clock";
import { formatDuration, localizeTimes } from "@/lib/time";
import type { Job } from "@/types/api";
import classes from "./job-page.module.css";
import { Progress } from "./progress";

/** No estimate is shown before a job has run for this long. */
const MIN_ESTIMATE_MS = 10_000;

/** Shows why a job waits, or its progress with its last message. Ended jobs have no such panel. */
export function JobProgressPanel({ job }: { job: Job }) {
  if (job.terminated_at) return null;
  if (job.state !== "running") {
    return (
      <div className={classes.now} data-waiting>
        <span>{localizeTimes(job.waiting_reason ?? "Waiting")}</span>
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
  if (!(elapsed >= MIN_ESTIMATE_MS) || done <= 0 || done >= 1) return null;
  return <span className="tabular">about {formatDuration((elapsed * (1 - done)) / done).replace(/\.\d/, "")} left</span>;
}
