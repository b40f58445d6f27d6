/** The types of the API under the names that the UI uses. Field names are the same on the wire and in the database. */
import type { operations } from "./api.gen";
import type { FieldSchema, UiSchema } from "./form-schema";

/** The JSON body of an operation's response with this status. */
type Answer<Name extends keyof operations, Status extends number> = operations[Name] extends {
  responses: Record<Status, { content: { "application/json": infer Body } }>;
}
  ? Body
  : never;

export type JsonObject = Record<string, unknown>;

export type Job = Answer<"jobs_get", 200>;
export type JobPage = Answer<"jobs_list", 200>;
/** A job as in lists and frames: without `result` and traceback, and with a long payload shortened (`truncated`). */
export type ListedJob = JobPage["results"][number];
export type JobState = Job["state"];
export const JOB_STATES = ["scheduled", "queued", "running", "succeeded", "failed", "terminated"] as const satisfies JobState[];
export type JobCounts = Answer<"jobs_counts", 200>;
export type JobEvent = Answer<"jobs_history", 200>["results"][number];
export type LogPage = Answer<"jobs_log", 200>;
/** The result of terminating or re-running many jobs at once. For larger numbers the server starts an Operation. */
export type StopReport = Answer<"jobs_terminate_many", 200>;
export type RerunReport = Answer<"jobs_rerun_many", 200>;
export type Operation = Answer<"operations_list", 200>["results"][number];
export type LogLine = LogPage["lines"][number];

export type Series = Answer<"series_list", 200>["results"][number];
/** The last job of a series, or the one that waits or runs. */
export type SeriesRun = NonNullable<Series["last_run"]>;

/** The time of a future run of a series. */
export type NextStart = Answer<"series_upcoming", 200>["results"][number];

/** A template: the document of its author plus `meta`. */
export type Template = Answer<"templates_get", 200>;
/** What one may do with a job type. Each right includes `see`. */
export type JobRight = Template["meta"]["rights"][number];
export type TemplateVersion = Answer<"templates_versions", 200>["results"][number];
export type TemplateForm = { schema: FieldSchema; ui_schema: UiSchema; initial: JsonObject };
/** The result of checking a document that is not stored. `form` is null if there are problems. */
export type TemplatePreview = {
  problems: Problem[];
  warnings: Problem[];
  form: TemplateForm | null;
  trial: { payload: JsonObject | null; errors: Problem[] } | null;
  next_runs: NextStart[];
};
/** The changes between two versions, by dotted paths. */
export type TemplateChanges = Answer<"templates_version", 200>["changes"];
export type ImportReport = Answer<"templates_import", 200>;

export type Role = "viewer" | "operator" | "editor" | "admin";
/** The rights that depend on no job type. operate: Django's admin; edit: new templates; administer: who may do what. */
export type Right = "see" | "operate" | "edit" | "administer";
/** `viewer`: the admin who looks at the platform as this user; `may` is then `see` alone. */
export type User = { username: string; role: Role; may: Right[]; has_password: boolean; viewer: string | null };
/** A provider that signs users in, with the page where that begins. */
export type SignInProvider = { name: string; url: string };
export type Session = {
  user: User | null;
  version: string;
  csrf_token: string;
  sign_in: SignInProvider[];
  local_sign_in: boolean;
  /** Whether the user must set up a second factor, or sign in with it, before anything else is allowed. */
  second_factor_due: boolean;
};

/** One problem of an error response. `value` and `remedy` are set for problems of template files. */
export type Problem = { code: string; detail: string; attr: string | null; value?: unknown; remedy?: string };

/** An API token. Only the response that creates one has `token`. */
export type ApiToken = Answer<"tokens_list", 200>["results"][number];
export type IssuedToken = Answer<"tokens_create", 201>;
export type TokenScope = ApiToken["scopes"][number];
/** A browser in which a user is signed in. */
export type UserSession = Answer<"sessions_list", 200>["results"][number];

/** What proves one's own sign-ins besides the password. */
export type Factors = Answer<"factors_show", 200>;
export type Passkey = Factors["passkeys"][number];
/** The secret of an authenticator app that is not confirmed yet. */
export type NewTotp = Answer<"factors_totp_begin", 201>;

/** A user as admins see one. `service`: uses tokens only. */
export type AccessUser = Answer<"users_list", 200>["results"][number];
export type UserGroup = Answer<"groups_list", 200>["results"][number];
/** Rights on job types, for a user or a group. */
export type Grant = Answer<"grants_list", 200>["results"][number];
/** A secret that templates refer to by its name; no answer has its value. */
export type SharedSecret = Answer<"secrets_list", 200>["results"][number];
/** A user who has a right on a job type, and by what. */
export type RightHolder = Answer<"grants_who", 200>["results"][number];
export type AuditPage = Answer<"audit_list", 200>;
/** Who changed what, and from where. */
export type AuditEntry = AuditPage["results"][number];
/** The link with which a user sets a new password. */
export type ResetLink = Answer<"users_reset", 201>;
