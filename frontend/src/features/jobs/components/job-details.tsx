import { HiddenContents } from "@/components/hidden-contents";
import { JsonView } from "@/components/json-view";
import { Panel } from "@/components/panel";
import type { Job } from "@/types/api";
import { JobFacts } from "./job-facts";
import { JobHeader } from "./job-header";
import { JobHistory } from "./job-history";
import { JobLog } from "./job-log";
import { JobOutcome } from "./job-outcome";
import classes from "./job-page.module.css";
import { JobProgressPanel } from "./job-progress-panel";

/**
 * Everything about one job, updated live. It has the same `data-` attributes for tests as the job's row in the list.
 * `newestVersion`: the current version of its template.
 */
export function JobDetails({ job, newestVersion }: { job: Job; newestVersion: number | undefined }) {
  return (
    <div data-job-id={job.job_id} data-state={job.state} data-version={job.version}>
      <JobHeader job={job} />
      <JobProgressPanel job={job} />
      <div className={classes.columns}>
        <div className={classes.main}>
          {job.hidden ? <HiddenContents jobType={job.job_type} /> : <JobContents job={job} />}
        </div>
        <div className={classes.side}>
          <JobFacts job={job} newestVersion={newestVersion} />
          <JobHistory jobId={job.job_id} />
        </div>
      </div>
    </div>
  );
}

function JobContents({ job }: { job: Job }) {
  return (
    <>
      <JobOutcome job={job} />
      <JobLog jobId={job.job_id} live={job.terminated_at === null} />
      <Panel title="Payload" flush>
        <JsonView value={job.payload} what="the payload" />
      </Panel>
    </>
  );
}
