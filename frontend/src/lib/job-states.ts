import { JOB_STATES, type JobState, type ListedJob } from "@/types/api";
import { getOwn } from "./json";

/** The state as the badge shows it: "stopping" is a running job with a stop request. */
export type DisplayState = JobState | "stopping";

export function getDisplayState(job: Pick<ListedJob, "state" | "terminate_requested_at">): DisplayState {
  return job.state === "running" && job.terminate_requested_at ? "stopping" : job.state;
}

/** Returns the state with a capital letter. */
export function formatState(state: string): string {
  return state.charAt(0).toUpperCase() + state.slice(1);
}

export function hasEnded(job: Pick<ListedJob, "terminated_at">): boolean {
  return job.terminated_at !== null;
}

export function isJobState(text: string): text is JobState {
  return (JOB_STATES as readonly string[]).includes(text);
}

const REASONS: Record<string, string> = {
  error: "error",
  timeout: "timed out",
  worker_lost: "worker lost",
  handler_not_found: "no handler",
};

/** Returns words for the reason of a failure. An unknown reason is returned unchanged. */
export function formatReason(reason: string): string {
  return getOwn(REASONS, reason) ?? reason;
}
