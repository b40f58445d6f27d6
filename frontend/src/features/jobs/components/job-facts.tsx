import type { ReactNode } from "react";
import { Link } from "react-router";

import { Panel } from "@/components/panel";
import { Time } from "@/components/time";
import { paths } from "@/lib/paths";
import type { Job } from "@/types/api";
import { JobDuration } from "./job-duration";
import classes from "./job-page.module.css";

/** `newestVersion`: the current version of the template, once it is known. */
export function JobFacts({ job, newestVersion }: { job: Job; newestVersion: number | undefined }) {
  return (
    <Panel title="Details">
      <dl className={classes.facts}>
        <Fact name="Created">
          <Time at={job.created_at} /> by {job.created_by}
        </Fact>
        <Fact name="Due">
          <Time at={job.start_time} />
        </Fact>
        <Fact name="Started">{job.started_at && <Time at={job.started_at} />}</Fact>
        <Fact name="Ended">{job.terminated_at && <Time at={job.terminated_at} />}</Fact>
        <Fact name="Took">{job.started_at && <JobDuration job={job} />}</Fact>
        <Fact name="Attempt">{job.attempt > 0 && `${job.attempt} of ${Math.max(job.max_attempts, job.attempt)}`}</Fact>
        <Fact name="Worker">{job.worker}</Fact>
        <Fact name="Queue">{job.queue}</Fact>
        <Fact name="Priority">{job.priority}</Fact>
        <Fact name="Template">
          <JobTemplate job={job} newest={newestVersion} />
        </Fact>
        <Fact name="Series">{job.series && <Link to={paths.jobsOfSeries(job.series)}>{job.series}</Link>}</Fact>
        <Fact name="Re-run of">{job.rerun_of && <Link to={paths.job(job.rerun_of)}>{job.rerun_of}</Link>}</Fact>
      </dl>
    </Panel>
  );
}

/** Facts without a value have a line, too, so that the layout does not jump when the value arrives. */
function Fact({ name, children }: { name: string; children: ReactNode }) {
  const absent = children === null || children === undefined || children === false || children === "";
  return (
    <>
      <dt>{name}</dt>
      <dd data-absent={absent || undefined}>{absent ? "–" : children}</dd>
    </>
  );
}

type JobTemplateProps = { job: Pick<Job, "job_type" | "template_version">; newest: number | undefined };

/** Shows the template version of a job, with a link to the changes if the template has a newer version. */
export function JobTemplate({ job: { job_type: type, template_version: version }, newest = version }: JobTemplateProps) {
  return (
    <>
      <Link to={paths.template(type)}>{type}</Link> <span className={classes.soft}>version {version}</span>
      {newest !== version && (
        <>
          {" "}
          <Link to={paths.templateChanges(type, version, newest)}>(changes up to version {newest})</Link>
        </>
      )}
    </>
  );
}
