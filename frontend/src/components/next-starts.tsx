import { exactTime } from "@/lib/time";
import type { NextStart } from "@/types/api";
import classes from "./next-starts.module.css";

type NextStartsProps = { starts: readonly NextStart[]; what: string };

/** By the clock of the series' own zone, in which its author thinks; the reader's on hover. */
export function NextStarts({ starts, what }: NextStartsProps) {
  return (
    <ol className={classes.list} aria-label={what}>
      {starts.map(({ start_time, local, note }) => (
        <li key={start_time}>
          <time className="tabular" dateTime={start_time} title={exactTime(start_time)}>
            {wallClock(local)}
          </time>
          {note && <span className={classes.note}>{note}</span>}
        </li>
      ))}
    </ol>
  );
}

/** "2026-03-29 03:00:00 +02:00". */
function wallClock(local: string): string {
  return local.replace("T", " ").replace(/([+-]\d\d:\d\d)$/, " $1");
}
