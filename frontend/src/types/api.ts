/** What the API speaks, under the names the UI uses. Field names stay as on the wire, from database to screen. */

export const JOB_STATES = ["scheduled", "queued", "running", "succeeded", "failed", "terminated"] as const;
export type JobState = (typeof JOB_STATES)[number];

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

export type JobError = { type: string; message: string; traceback?: string };

/** A job as lists and frames show it: without `result` and traceback, a long payload cut (`truncated`). */
export type ListedJob = {
  job_id: string;
  job_type: string;
  template_version: number;
  state: JobState;
  reason: string | null;
  payload: JsonObject;
  start_time: string;
  created_at: string;
  started_at: string | null;
  terminated_at: string | null;
  completion_percentage: number;
  progress_message: string;
  error: JobError | null;
  attempt: number;
  max_attempts: number;
  priority: number;
  queue: string;
  worker: string | null;
  created_by: string;
  series: string | null;
  rerun_of: string | null;
  terminate_requested_at: string | null;
  waiting_reason: string | null;
  version: number;
  truncated?: boolean;
};

export type Job = ListedJob & { result: JsonValue };

export type LogLine = { n: number; time: string; level: string; attempt: number; text: string };
export type LogPage = { lines: LogLine[]; next: number };

export type JobCounts = { counts: Partial<Record<JobState, number>>; capped: boolean };

export type Role = "viewer" | "operator" | "editor" | "admin";
export type User = { username: string; role: Role };
export type Session = { user: User | null; version: string };

export type Page<Row> = { next: string | null; previous: string | null; results: Row[] };

/** One thing wrong, as every error answer lists them; `value` and `remedy` where a template file was judged. */
export type Problem = { code: string; detail: string; attr: string | null; value?: JsonValue; remedy?: string };
