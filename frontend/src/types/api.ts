/** What the API speaks, under the names the UI uses. Field names stay as on the wire, from database to screen. */
import type { operations } from "./api.gen";
import type { FieldSchema, UiSchema } from "./form-schema";

/** The JSON of an operation's answer with that status. */
type Answer<Name extends keyof operations, Status extends number> = operations[Name] extends {
  responses: Record<Status, { content: { "application/json": infer Body } }>;
}
  ? Body
  : never;

export type JsonObject = Record<string, unknown>;

export type Job = Answer<"jobs_get", 200>;
export type JobPage = Answer<"jobs_list", 200>;
/** A job as lists and frames show it: without `result` and traceback, a long payload cut (`truncated`). */
export type ListedJob = JobPage["results"][number];
export type JobState = Job["state"];
export const JOB_STATES = ["scheduled", "queued", "running", "succeeded", "failed", "terminated"] as const satisfies JobState[];
export type JobCounts = Answer<"jobs_counts", 200>;
export type JobEvent = Answer<"jobs_history", 200>["results"][number];
export type LogPage = Answer<"jobs_log", 200>;
/** What became of many at once; a re-run of more than the server does at once is an operation. */
export type StopReport = Answer<"jobs_terminate_many", 200>;
export type RerunReport = Answer<"jobs_rerun_many", 200>;
export type Operation = Answer<"operations_list", 200>["results"][number];
export type LogLine = LogPage["lines"][number];

export type Series = Answer<"series_list", 200>["results"][number];
/** How its last job ended, or how far the one that waits or runs is. */
export type SeriesRun = NonNullable<Series["last_run"]>;

/** When a series runs next, or would. */
export type NextStart = Answer<"series_upcoming", 200>["results"][number];

/** A template: its author's document plus `meta`. */
export type Template = Answer<"templates_get", 200>;
export type TemplateVersion = Answer<"templates_versions", 200>["results"][number];
export type TemplateForm = { schema: FieldSchema; ui_schema: UiSchema; initial: JsonObject };
/** What became of a document that is not stored; `form` is null if there are problems. */
export type TemplatePreview = {
  problems: Problem[];
  warnings: Problem[];
  form: TemplateForm | null;
  trial: { payload: JsonObject | null; errors: Problem[] } | null;
  next_runs: NextStart[];
};
/** What changed from one version to another: dotted paths. */
export type TemplateChanges = Answer<"templates_version", 200>["changes"];
export type ImportReport = Answer<"templates_import", 200>;

export type Role = "viewer" | "operator" | "editor" | "admin";
export type User = { username: string; role: Role };
export type Session = { user: User | null; version: string; csrf_token: string };

/** One thing wrong, as every error answer lists them; `value` and `remedy` where a template file was judged. */
export type Problem = { code: string; detail: string; attr: string | null; value?: unknown; remedy?: string };
