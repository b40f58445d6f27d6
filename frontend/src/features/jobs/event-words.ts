import { reasonWords, stateWord } from "@/lib/job-states";
import { isObject, own } from "@/lib/json";
import { duration } from "@/lib/time";
import type { JobEvent } from "@/types/api";

const STEPS: Record<string, string> = {
  exception_raised: "The handler was interrupted",
  process_killed: "The process was killed",
};

/** Why a run did not end by itself, by the count that it was added to. */
const COUNTED: Record<string, string> = {
  losses: "its process died",
  interruptions: "cut short with its worker",
};

/** One line of a job's history. A kind this page does not know yet is shown as it was sent. */
export function eventWords(event: JobEvent): string {
  switch (event.kind) {
    case "job_created":
      return `Created by ${event.actor}`;
    case "job_queued":
      return "Queued";
    case "job_withdrawn":
      return `Handed back: ${detailOf(event, "why") ?? "no worker could take it"}`;
    case "job_started":
      return `Attempt ${event.attempt} started`;
    case "job_retry_scheduled":
      return retryWords(event);
    case "job_changed":
      return `Changed by ${event.actor}`;
    case "terminate_requested":
      return `${event.actor} asked it to stop`;
    case "terminate_step":
      return own(STEPS, detailOf(event, "step") ?? "") ?? `Stopping: ${detailOf(event, "step") ?? ""}`;
    case "job_terminated":
      return event.state === "terminated" && event.actor ? `Terminated by ${event.actor}` : stateWord(event.state);
    default:
      return event.kind.replaceAll("_", " ");
  }
}

function retryWords(event: JobEvent): string {
  const pause = Number(detailOf(event, "retry_in_seconds") ?? 0);
  const reason = detailOf(event, "reason");
  const why = own(COUNTED, detailOf(event, "counted") ?? "") ?? (reason ? reasonWords(reason) : undefined);
  const ended = `Attempt ${event.attempt} ended${why ? ` (${why})` : ""}`;
  return pause > 0 ? `${ended}; again in ${duration(pause * 1_000)}` : `${ended}; again at once`;
}

function detailOf(event: JobEvent, name: string): string | undefined {
  const detail: unknown = event.detail;
  const value: unknown = isObject(detail) ? own(detail, name) : undefined;
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}
