import type { Job, JobRight, ListedJob, Operation, Series, SeriesRun, Template } from "@/types/api";

let made = 0;

/** Returns the signed-in user ann; `viewer`: the admin who looks at the platform as her, and may only see. */
/** Makes a job. Ids grow, as the server's do: later jobs are newer. */
export function aJob(changes: Partial<Job> = {}): Job {
  made += 1;
  return {
    job_id: `01900000-0000-7000-8000-${String(made).padStart(12, "0")}`,
    job_type: "otp_send_job",
    template_version: 1,
    state: "scheduled",
    reason: null,
    payload: { user_id: 7 },
    start_time: "2026-01-31T12:00:00Z",
    created_at: "2026-01-31T12:00:00Z",
    started_at: null,
    terminated_at: null,
    completion_percentage: 0,
    progress_message: "",
    error: null,
    attempt: 0,
    max_attempts: 1,
    priority: 0,
    queue: "default",
    worker: null,
    created_by: "ann",
    series: null,
    rerun_of: null,
    terminate_requested_at: null,
    waiting_reason: "due, about to be handed to a worker",
    version: 1,
    hidden: false,
    result: null,
    result_truncated: null,
    ...changes,
  };
}

export function aRunningJob(changes: Partial<Job> = {}): Job {
  return aJob({ state: "running", started_at: "2026-01-31T12:00:01Z", attempt: 1, version: 3, waiting_reason: null, ...changes });
}

export function anEndedJob(changes: Partial<Job> = {}): Job {
  return aRunningJob({ state: "succeeded", terminated_at: "2026-01-31T12:00:05Z", completion_percentage: 100, version: 9, ...changes });
}

/** Returns a job as it is in lists. */
export function toListedJob(job: Job): ListedJob {
  return Object.fromEntries(Object.entries(job).filter(([key]) => key !== "result" && key !== "result_truncated")) as ListedJob;
}

/** Returns the fields of a job that are part of its series. */
export function toSeriesRun(job: Job): SeriesRun {
  const { job_id, state, reason, start_time, started_at, terminated_at, terminate_requested_at } = job;
  return { job_id, state, reason, start_time, started_at, terminated_at, terminate_requested_at };
}

export function aSeries(changes: Partial<Series> = {}): Series {
  const waiting = aJob();
  return {
    id: "0a000000-0000-4000-8000-000000000001",
    job_type: "otp_send_job",
    payload: null,
    hidden: false,
    pinned_version: null,
    every_seconds: 10,
    crontab: null,
    time_zone: "UTC",
    on_missed: "skip",
    max_runs: null,
    owned_by_template: true,
    created_by: "system",
    state: "active",
    paused_reason: null,
    paused_until: null,
    failures_in_row: 0,
    next_start_time: waiting.start_time,
    run_count: 0,
    last_job: null,
    last_run: null,
    live_run: toSeriesRun(waiting),
    ...changes,
  };
}

/** Makes the `meta` of a template on which an operator has the rights. */
export function someMeta(changes: Partial<Template["meta"]> = {}): Template["meta"] {
  return {
    version: 1,
    archived: false,
    handler: true,
    handler_problem: null,
    warnings: [],
    updated_at: "2026-01-31T12:00:00Z",
    updated_by: "ann",
    rights: ["see", "read", "run", "stop"],
    hidden: false,
    ...changes,
  };
}

export function aTemplate(changes: Partial<Template> = {}): Template {
  return {
    type: "otp_send_job",
    label: "Send one-time password",
    startInSeconds: 1,
    userTriggered: true,
    rescheduleAfterTermination: false,
    payload_schema: { user_id: { type: "uint", required: true, label: "User Id" } },
    payload: { user_id: 0 },
    meta: someMeta(),
    ...changes,
  };
}

/** Returns the list of one template on which the user has these rights. */
export function withRights(...rights: JobRight[]): Template[] {
  return [aTemplate({ meta: someMeta({ rights }) })];
}

export const EVERY_RIGHT: JobRight[] = ["see", "read", "run", "stop", "edit"];

export function anOperation(changes: Partial<Operation> = {}): Operation {
  return {
    id: "0b000000-0000-7000-8000-000000000001",
    kind: "terminate",
    state: "running",
    matched: 2000,
    done: 500,
    terminated: 500,
    requested: 0,
    already_ended: 0,
    created: 0,
    refused: 0,
    created_by: "ann",
    created_at: "2026-01-31T12:00:00Z",
    ended_at: null,
    ...changes,
  };
}

/** Returns the second factors of somebody who has none, with these changes. */
