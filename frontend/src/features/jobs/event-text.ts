import { formatReason, formatState } from "@/lib/job-states";
import { getOwn, isObject } from "@/lib/json";
import { formatDuration } from "@/lib/time";
import type { JobEvent } from "@/types/api";

const STEPS: Record<string, string> = {
  exception_raised: "The handler was interrupted",
  process_killed: "The process was killed",
};

/** The reason of an interrupted run, by the counter that it increased. */
const REASONS_BY_COUNT: Record<string, string> = {
  losses: "its process died",
  interruptions: "cut short with its worker",
};

/** Describes an event in one line. Unknown kinds are shown by their name. */
export function describeEvent(event: JobEvent): string {
  switch (event.kind) {
    case "job_created":
      return `Created by ${event.actor}`;
    case "job_queued":
      return "Queued";
    case "job_withdrawn":
      return `Handed back: ${getDetail(event, "why") ?? "no worker could take it"}`;
    case "job_started":
      return `Attempt ${event.attempt} started`;
    case "job_retry_scheduled":
      return describeRetry(event);
    case "job_changed":
      return `Changed by ${event.actor}`;
    case "terminate_requested":
      return `${event.actor} asked it to stop`;
    case "terminate_step":
      return getOwn(STEPS, getDetail(event, "step") ?? "") ?? `Stopping: ${getDetail(event, "step") ?? ""}`;
    case "job_terminated":
      return event.state === "terminated" && event.actor ? `Terminated by ${event.actor}` : formatState(event.state);
    default:
      return event.kind.replaceAll("_", " ");
  }
}

function describeRetry(event: JobEvent): string {
  const pause = Number(getDetail(event, "retry_in_seconds") ?? 0);
  const reason = getDetail(event, "reason");
  const why = getOwn(REASONS_BY_COUNT, getDetail(event, "counted") ?? "") ?? (reason ? formatReason(reason) : undefined);
  const ended = `Attempt ${event.attempt} ended${why ? ` (${why})` : ""}`;
  return pause > 0 ? `${ended}; again in ${formatDuration(pause * 1_000)}` : `${ended}; again at once`;
}

function getDetail(event: JobEvent, name: string): string | undefined {
  const detail: unknown = event.detail;
  const value: unknown = isObject(detail) ? getOwn(detail, name) : undefined;
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}
