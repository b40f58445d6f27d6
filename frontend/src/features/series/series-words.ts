import { chosenDuration, shortTime } from "@/lib/time";
import type { Series } from "@/types/api";

/** When its jobs start, in a few words; the crontab's zone is told beside it (`zoneWords`). */
export function timingWords({ crontab, every_seconds }: Pick<Series, "crontab" | "every_seconds">): string {
  return crontab === null ? `${chosenDuration(every_seconds ?? 0)} after each end` : `crontab ${crontab}`;
}

/** Whose clock a crontab goes by, and what becomes of a time at which the platform was down. */
export function zoneWords({ crontab, time_zone, on_missed }: Pick<Series, "crontab" | "time_zone" | "on_missed">): string {
  if (crontab === null) return "";
  return on_missed === "run_once" ? `${time_zone}, missed times run once` : time_zone;
}

export function runsWords({ run_count, max_runs }: Pick<Series, "run_count" | "max_runs">): string {
  const runs = (count: number): string => (count === 1 ? "run" : "runs");
  return max_runs === null ? `${run_count} ${runs(run_count)}` : `${run_count} of ${max_runs} ${runs(max_runs)}`;
}

/** Why it stands still and until when, or how many of its runs failed one after the other. */
export function stateWords({ state, paused_reason, paused_until, failures_in_row }: Series): string {
  if (state === "paused") return [paused_until && `until ${shortTime(paused_until)}`, paused_reason].filter(Boolean).join(". ");
  if (state === "ended" || failures_in_row === 0) return "";
  return failures_in_row === 1 ? "the last run failed" : `the last ${failures_in_row} runs failed`;
}

/** What Pause does to the job that is there now. */
export function pauseConsequence({ live_run }: Pick<Series, "live_run">): string {
  if (live_run?.state === "running") return "A job of it is running: that one may finish. No other follows until you resume.";
  if (live_run) return "The job that waits ends as terminated and will not run. No other follows until you resume.";
  return "No job follows until you resume.";
}

/** A job that was handed out or runs: it cannot be made due once more. */
export function isUnderWay({ live_run }: Pick<Series, "live_run">): boolean {
  return live_run?.state === "queued" || live_run?.state === "running";
}
