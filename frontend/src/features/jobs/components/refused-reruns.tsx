import { Link } from "react-router";

import { paths } from "@/lib/paths";
import type { ManyReport } from "../api/many-jobs";
import classes from "./many-jobs.module.css";

const MAX_SHOWN = 20;

/** Lists the jobs that are not run again, with the reasons. */
export function RefusedReruns({ report }: { report: ManyReport | undefined }) {
  const refused = report && "refused" in report ? report.refused : [];
  if (refused.length === 0) return null;
  return (
    <ul className={classes.refused} aria-label="Refused">
      {refused.slice(0, MAX_SHOWN).map(({ job_id, errors }) => (
        <li key={job_id}>
          <Link to={paths.job(job_id)}>{job_id}</Link>: {errors.map(({ detail }) => detail).join(" ")}
        </li>
      ))}
      {refused.length > MAX_SHOWN && <li>and {refused.length - MAX_SHOWN} more</li>}
    </ul>
  );
}
