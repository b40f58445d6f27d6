import { JOB_STATES, type JobState, type ListedJob } from "@/types/api";
import { own } from "./json";

/** What the badge says: the job's state, or that it was asked to stop and still runs. */
export type ShownState = JobState | "stopping";

export function shownState(job: Pick<ListedJob, "state" | "terminate_requested_at">): ShownState {
  return job.state === "running" && job.terminate_requested_at ? "stopping" : job.state;
}

export function stateWord(state: string): string {
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

export function reasonWords(reason: string): string {
  return own(REASONS, reason) ?? reason;
}
