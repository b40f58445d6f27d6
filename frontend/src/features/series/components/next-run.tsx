import { Link } from "react-router";

import { StateBadge } from "@/components/state-badge";
import { RelativeTime } from "@/components/time";
import { useNow } from "@/lib/clock";
import { paths } from "@/lib/paths";
import type { Series, SeriesRun } from "@/types/api";
import { isUnderWay } from "../series-words";
import classes from "./series-list.module.css";

/** The job that waits, by when it is due, or the one that is under way, by its state. */
export function NextRun({ series }: { series: Series }) {
  const { live_run: live } = series;
  if (!live) return <span className={classes.soft}>{series.state === "active" ? "–" : "none"}</span>;
  return (
    <Link to={paths.job(live.job_id)} className={classes.run}>
      {isUnderWay(series) ? <StateBadge job={live} /> : <Due run={live} />}
    </Link>
  );
}

/** What is due waits for a worker: how long ago that was tells of a queue, not of the series. */
function Due({ run }: { run: SeriesRun }) {
  const late = useNow() >= Date.parse(run.start_time);
  return late ? <>due now</> : <RelativeTime at={run.start_time} />;
}
