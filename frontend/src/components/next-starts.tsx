import { formatExactTime } from "@/lib/time";
import type { NextStart } from "@/types/api";
import classes from "./next-starts.module.css";

type NextStartsProps = { starts: readonly NextStart[]; what: string };

/** Lists future runs in the time zone of the series; the reader's own zone is shown on hover. */
export function NextStarts({ starts, what }: NextStartsProps) {
  return (
    <ol className={classes.list} aria-label={what}>
      {starts.map(({ start_time, local, note }) => (
        <li key={start_time}>
          <time className="tabular" dateTime={start_time} title={formatExactTime(start_time)}>
            {formatWallClock(local)}
          </time>
          {note && <span className={classes.note}>{note}</span>}
        </li>
      ))}
    </ol>
  );
}

/** Formats a local time as "2026-03-29 03:00:00 +02:00". */
function formatWallClock(local: string): string {
  return local.replace("T", " ").replace(/([+-]\d\d:\d\d)$/, " $1");
}
