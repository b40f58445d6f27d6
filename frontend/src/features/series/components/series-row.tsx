import { Link } from "react-router";

import { StateBadge } from "@/components/state-badge";
import { RelativeTime } from "@/components/time";
import { useNow } from "@/lib/clock";
import { useMay } from "@/lib/current-user";
import { paths } from "@/lib/paths";
import type { Series, SeriesRun } from "@/types/api";
import { describePayload, describeRuns, describeTiming, describeZone, isUnderWay } from "../series-text";
import { SeriesActions } from "./series-actions";
import classes from "./series-list.module.css";
import { SeriesState } from "./series-state";

type SeriesRowProps = { series: Series; label: string; onPause: () => void; onUpcoming: () => void };

/** Has explicit roles, because on small screens CSS lays the row out as a card and browsers then drop the table's roles. */
export function SeriesRow({ series, label, onPause, onUpcoming }: SeriesRowProps) {
  const runs = describeRuns(series);
  const mayAdminister = useMay("administer");
  const author = series.owned_by_template ? "template" : series.created_by;
  return (
    <tr role="row" className={classes.row} data-series={series.id} data-state={series.state}>
      <td role="cell" className={classes.name}>
        <Link to={paths.template(series.job_type)} className={classes.label}>
          {label}
        </Link>
        <Payload series={series} />
      </td>
      <td role="cell" className={classes.state}>
        <SeriesState series={series} />
      </td>
      <td role="cell" className={classes.timing} title={series.every_seconds === null ? undefined : `${series.every_seconds} s`}>
        <button type="button" className={classes.upcoming} aria-label={`${describeTiming(series)}: next runs of ${label}`} onClick={onUpcoming}>
          {describeTiming(series)}
        </button>
        <span className={classes.more}>{describeZone(series)}</span>
      </td>
      <td role="cell" data-label="Next">
        <NextRun series={series} />
      </td>
      <td role="cell" data-label="Last">
        <LastRun run={series.last_run} />
      </td>
      <td role="cell" className={classes.runs}>
        <Link to={paths.jobsOfSeries(series.id)} aria-label={`${runs}: jobs of this series`} title="Jobs of this series">
          {runs}
        </Link>
      </td>
      <td role="cell" className={classes.by} title={author} data-label="By">
        {author}
        {mayAdminister && (
          <Link to={paths.auditOf(`series:${series.id}`)} className={classes.more} aria-label={`History of ${label}, ${describeTiming(series)}`}>
            History
          </Link>
        )}
      </td>
      <td role="cell" className={classes.actions}>
        <SeriesActions series={series} label={label} onPause={onPause} />
      </td>
    </tr>
  );
}

/** Shows the payload, which distinguishes the series of one template, and the version if the series is pinned to it. */
function Payload({ series }: { series: Series }) {
  const text = describePayload(series);
  const pinned = series.pinned_version !== null && `version ${series.pinned_version}, `;
  return (
    <span className={classes.payload} data-own={series.payload !== null || undefined} title={text}>
      {pinned}
      {text}
    </span>
  );
}

/** Shows how and when the last job ended, with a link to it. */
function LastRun({ run }: { run: SeriesRun | null }) {
  if (!run) return <span className={classes.soft}>none yet</span>;
  return (
    <Link to={paths.job(run.job_id)} className={classes.run}>
      <StateBadge job={run} /> {run.terminated_at && <RelativeTime at={run.terminated_at} />}
    </Link>
  );
}

/** Shows when the waiting job is due, or the state of the running one. */
function NextRun({ series }: { series: Series }) {
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
