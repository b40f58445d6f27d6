import { expect, it } from "vitest";

import type { JobEvent } from "@/types/api";
import { describeEvent } from "./event-text";

function anEvent(changes: Partial<JobEvent>): JobEvent {
  return { kind: "job_created", at: "2026-01-31T12:00:00Z", actor: "ann", via: "ui", address: null, attempt: 1, state: "running", worker: null, completion_percentage: 0, progress_message: "", error: null, detail: null, ...changes };
}

it.each<[Partial<JobEvent>, string]>([
  [{ kind: "job_created" }, "Created by ann"],
  [{ kind: "job_started", attempt: 2 }, "Attempt 2 started"],
  [{ kind: "job_retry_scheduled", detail: { reason: "timeout", retry_in_seconds: 12.5 } }, "Attempt 1 ended (timed out); again in 12 s"],
  [{ kind: "job_retry_scheduled", detail: { reason: "worker_lost", retry_in_seconds: 0 } }, "Attempt 1 ended (worker lost); again at once"],
  [{ kind: "job_retry_scheduled", detail: { reason: "worker_lost", worker: "w", counted: "losses" } }, "Attempt 1 ended (its process died); again at once"],
  [{ kind: "job_retry_scheduled", detail: { reason: "worker_lost", worker: "w", counted: "interruptions" } }, "Attempt 1 ended (cut short with its worker); again at once"],
  [{ kind: "job_retry_scheduled", detail: { reason: "worker_lost", worker: "w", counted: "something new" } }, "Attempt 1 ended (worker lost); again at once"],
  [{ kind: "job_withdrawn", detail: { why: "no handler here" } }, "Handed back: no handler here"],
  [{ kind: "terminate_requested" }, "ann asked it to stop"],
  [{ kind: "terminate_step", detail: { step: "process_killed" } }, "The process was killed"],
  [{ kind: "terminate_step", detail: { step: "new_step" } }, "Stopping: new_step"],
  [{ kind: "job_terminated", state: "succeeded" }, "Succeeded"],
  [{ kind: "job_terminated", state: "terminated" }, "Terminated by ann"],
  [{ kind: "job_sang_a_song" }, "job sang a song"],
])("says of %o: %s", (changes, words) => {
  expect(describeEvent(anEvent(changes))).toBe(words);
});
