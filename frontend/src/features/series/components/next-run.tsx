import { Link } from "react-router";

import { StateBadge } from "@/components/state-badge";
import { RelativeTime } from "@/components/time";
import { useNow } from "@/lib/clock";
import { paths } from "@/lib/paths";
import type { Series, SeriesRun } from "@/types/api";
import { isUnderWay } from "../series-text";
import classes from "./series-list.module.css";

/** Shows when the waiting job is due, or the state of the running one. */
export function NextRun({ series }: { series: Series }) {
  const { live_run: live } = series;
  if (!live) return <span className={classes.soft}>{series.state === "active" ? "–" : "none"}</span>;
  return (
    <Link to={paths.job(live.job_id)} className={classes.run}>
      {isUnderWay(series) ? <StateBadge job={live} /> : <Due run={live} />}
    </Link>
  );
}

/** A job that is overdue waits for a worker; for how long is not a property of the series. */
function Due({ run }: { run: SeriesRun }) {
  const late = useNow() >= Date.parse(run.start_time);
  return late ? <>due now</> : <RelativeTime at={run.start_time} />;
}
