import { Button } from "@mantine/core";
import { memo } from "react";
import { Link } from "react-router";

import { StateBadge } from "@/components/state-badge";
import { Time } from "@/components/time";
import { useRightsOn } from "@/lib/job-rights";
import { hasEnded } from "@/lib/job-states";
import { paths } from "@/lib/paths";
import { localizeTimes } from "@/lib/time";
import type { ListedJob } from "@/types/api";
import { JobDuration } from "./job-duration";
import classes from "./job-table.module.css";
import { Progress } from "./progress";

type JobRowProps = {
  job: ListedJob;
  index: number;
  /** The job no longer matches the filters of the list. */
  dimmed: boolean;
  measure: (row: Element | null) => void;
  onTerminate: (jobId: string) => void;
};

/** Has explicit roles, because on small screens CSS lays the row out as a card and browsers then drop the table's roles. */
export const JobRow = memo(function JobRow({ job, index, dimmed, measure, onTerminate }: JobRowProps) {
  return (
    <tr
      ref={measure}
      role="row"
      aria-rowindex={index + 2}
      className={classes.row}
      data-index={index}
      data-job-id={job.job_id}
      data-state={job.state}
      data-version={job.version}
      data-dimmed={dimmed || undefined}
    >
      <td role="cell" className={classes.state}>
        <StateBadge job={job} />
      </td>
      <td role="cell" className={classes.job}>
        <Link to={paths.job(job.job_id)} className={classes.link}>
          {job.job_type}
        </Link>
        <span className={classes.id}>{job.job_id}</span>
      </td>
      <td role="cell" className={classes.progress}>
        <JobProgress job={job} />
      </td>
      <td role="cell" className={classes.time} data-label="Created">
        <Time at={job.created_at} />
      </td>
      <td role="cell" className={classes.time} data-label={job.started_at ? "Started" : "Due"}>
        {job.started_at ? <Time at={job.started_at} /> : !hasEnded(job) && <DueTime at={job.start_time} />}
      </td>
      <td role="cell" className={classes.time} data-label="Took">
        <JobDuration job={job} />
      </td>
      <td role="cell" className={classes.by} title={job.created_by} data-label="By">
        {job.created_by}
      </td>
      <td role="cell" className={classes.actions}>
        {!hasEnded(job) && !job.terminate_requested_at && <TerminateButton job={job} onTerminate={onTerminate} />}
      </td>
    </tr>
  );
});

/** Is there for those who may stop jobs of this type. */
function TerminateButton({ job, onTerminate }: Pick<JobRowProps, "job" | "onTerminate">) {
  if (!useRightsOn(job.job_type).stop) return null;
  return (
    <Button
      size="compact-sm"
      variant="default"
      fw={500}
      aria-label={`Terminate ${job.job_type} ${job.job_id}`}
      onClick={() => onTerminate(job.job_id)}
    >
      Terminate
    </Button>
  );
}

function DueTime({ at }: { at: string }) {
  return (
    <span className={classes.due}>
      due <Time at={at} />
    </span>
  );
}

/** Shows the reason of a waiting job; otherwise the progress bar with the last message. */
function JobProgress({ job }: { job: ListedJob }) {
  if (job.state === "scheduled" || job.state === "queued") {
    return <span className={classes.message}>{localizeTimes(job.waiting_reason ?? "")}</span>;
  }
  const message = job.state === "failed" ? job.error?.message : job.progress_message;
  return (
    <>
      <Progress job={job} />
      {message && (
        <span className={classes.message} title={message}>
          {message}
        </span>
      )}
    </>
  );
}
