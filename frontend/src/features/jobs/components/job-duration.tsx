import { useNow } from "@/lib/clock";
import { formatDuration, formatWholeDuration } from "@/lib/time";
import type { ListedJob } from "@/types/api";

type JobDurationProps = { job: Pick<ListedJob, "started_at" | "terminated_at"> };

/** Shows how long a job ran or has been running; nothing before it started. */
export function JobDuration({ job }: JobDurationProps) {
  if (!job.started_at) return null;
  if (!job.terminated_at) return <Counting since={job.started_at} />;
  return <span className="tabular">{formatDuration(Date.parse(job.terminated_at) - Date.parse(job.started_at))}</span>;
}

function Counting({ since }: { since: string }) {
  const elapsed = Math.max(0, useNow() - Date.parse(since));
  return <span className="tabular">{formatWholeDuration(elapsed)}</span>;
}
