import { Link } from "react-router";

import { paths } from "@/lib/paths";
import type { Job } from "@/types/api";
import classes from "./job-page.module.css";

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
