import { toJson } from "@/lib/json";
import { formatConfiguredDuration, formatShortTime } from "@/lib/time";
import type { Series } from "@/types/api";

/** Describes when the jobs of a series start. The time zone of a crontab is described by `describeZone`. */
export function describeTiming({ crontab, every_seconds }: Pick<Series, "crontab" | "every_seconds">): string {
  return crontab === null ? `${formatConfiguredDuration(every_seconds ?? 0)} after each end` : `crontab ${crontab}`;
}

/** Describes the time zone of a crontab, and whether times at which the platform was down run once later. */
export function describeZone({ crontab, time_zone, on_missed }: Pick<Series, "crontab" | "time_zone" | "on_missed">): string {
  if (crontab === null) return "";
  return on_missed === "run_once" ? `${time_zone}, missed times run once` : time_zone;
}

/** Describes the payload of each run; `hidden`: the user may only see that the series runs. */
export function describePayload({ payload, hidden }: Pick<Series, "payload" | "hidden">): string {
  if (hidden) return "payload hidden from you";
  return payload === null ? "the template's own payload" : toJson(payload);
}

export function describeRuns({ run_count, max_runs }: Pick<Series, "run_count" | "max_runs">): string {
  const runs = (count: number): string => (count === 1 ? "run" : "runs");
  return max_runs === null ? `${run_count} ${runs(run_count)}` : `${run_count} of ${max_runs} ${runs(max_runs)}`;
}

/** Describes the end and the reason of a pause, or the number of consecutive failed runs. */
export function describeState({ state, paused_reason, paused_until, failures_in_row }: Series): string {
  if (state === "paused") return [paused_until && `until ${formatShortTime(paused_until)}`, paused_reason].filter(Boolean).join(". ");
  if (state === "ended" || failures_in_row === 0) return "";
  return failures_in_row === 1 ? "the last run failed" : `the last ${failures_in_row} runs failed`;
}

/** Describes what a pause does to the current job. */
export function describePause({ live_run }: Pick<Series, "live_run">): string {
  if (live_run?.state === "running") return "A job of it is running: that one may finish. No other follows until you resume.";
  if (live_run) return "The job that waits ends as terminated and will not run. No other follows until you resume.";
  return "No job follows until you resume.";
}

/** Returns whether the current job is queued or running, so that it cannot be made due. */
export function isUnderWay({ live_run }: Pick<Series, "live_run">): boolean {
  return live_run?.state === "queued" || live_run?.state === "running";
}
