import { useNow } from "@/lib/clock";
import { duration, wholeDuration } from "@/lib/time";
import type { ListedJob } from "@/types/api";

type JobDurationProps = { job: Pick<ListedJob, "started_at" | "terminated_at"> };

/** How long it ran; counting while it does. Nothing before it started. */
export function JobDuration({ job }: JobDurationProps) {
  if (!job.started_at) return null;
  if (!job.terminated_at) return <Counting since={job.started_at} />;
  return <span className="tabular">{duration(Date.parse(job.terminated_at) - Date.parse(job.started_at))}</span>;
}

function Counting({ since }: { since: string }) {
  const elapsed = Math.max(0, useNow() - Date.parse(since));
  return <span className="tabular">{wholeDuration(elapsed)}</span>;
}
