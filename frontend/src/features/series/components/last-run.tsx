import { Link } from "react-router";

import { StateBadge } from "@/components/state-badge";
import { RelativeTime } from "@/components/time";
import { paths } from "@/lib/paths";
import type { SeriesRun } from "@/types/api";
import classes from "./series-list.module.css";

/** Shows how and when the last job ended, with a link to it. */
export function LastRun({ run }: { run: SeriesRun | null }) {
  if (!run) return <span className={classes.soft}>none yet</span>;
  return (
    <Link to={paths.job(run.job_id)} className={classes.run}>
      <StateBadge job={run} /> {run.terminated_at && <RelativeTime at={run.terminated_at} />}
    </Link>
  );
}
