import { JsonView } from "@/components/json-view";
import { Panel } from "@/components/panel";
import { formatReason } from "@/lib/job-states";
import type { Job } from "@/types/api";
import classes from "./job-page.module.css";

/** Shows the error or the result of a job. */
export function JobOutcome({ job }: { job: Job }) {
  return (
    <>
      {job.error && (
        <Panel title="Error" aside={job.reason && job.reason !== "error" && formatReason(job.reason)}>
          <p className={classes.error}>
            <strong>{job.error.type}</strong> {job.error.message}
          </p>
          {job.error.traceback && (
            <pre className={classes.traceback} tabIndex={0} role="region" aria-label="Traceback">
              {job.error.traceback}
            </pre>
          )}
        </Panel>
      )}
      {job.state === "succeeded" && (
        <Panel title="Result" flush aside={job.result_truncated && `${job.result_truncated.bytes.toLocaleString()} bytes: only the beginning was kept`}>
          <JsonView value={job.result ?? null} what="the result" />
        </Panel>
      )}
    </>
  );
}
