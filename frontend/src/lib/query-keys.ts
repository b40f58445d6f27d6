/** All keys of the query cache, in one place, so that no key gets a second name. */

/** The filters of the jobs list, under the API's parameter names, which the URL uses, too. */
export type JobFilters = { state: string[]; job_type: string[]; search: string; series: string };

/** The filters of the audit trail, under the API's parameter names; blank if not chosen. */
export type AuditFilters = Record<"actor" | "action" | "object" | "via" | "after" | "before", string>;

export const queryKeys = {
  session: ["session"],
  health: ["health"],
  jobs: {
    all: ["jobs"],
    lists: ["jobs", "list"],
    list: (filters: JobFilters) => ["jobs", "list", filters],
    allCounts: ["jobs", "counts"],
    counts: (filters: Omit<JobFilters, "state">) => ["jobs", "counts", filters],
    details: ["jobs", "detail"],
    detail: (jobId: string) => ["jobs", "detail", jobId],
    events: (jobId: string) => ["jobs", "events", jobId],
    log: (jobId: string) => ["jobs", "log", jobId],
    many: (action: string, filters: JobFilters) => ["jobs", "many", action, filters],
  },
  operations: ["operations"],
  access: {
    all: ["access"],
    users: ["access", "users"],
    groups: ["access", "groups"],
    grants: ["access", "grants"],
    secrets: ["access", "secrets"],
    holders: (type: string, right: string) => ["access", "holders", type, right],
  },
  audit: (filters: AuditFilters, pageSize: number) => ["audit", filters, pageSize],
  tokens: ["tokens"],
  sessions: ["sessions"],
  factors: ["factors"],
  series: ["series"],
  upcoming: (seriesId: string) => ["series", "upcoming", seriesId],
  templates: {
    all: ["templates"],
    list: ["templates", "list"],
    detail: (type: string) => ["templates", "detail", type],
    versions: (type: string) => ["templates", "versions", type],
    changes: (type: string, version: number, against: number) => ["templates", "changes", type, version, against],
    form: (type: string) => ["templates", "form", type],
    review: (type: string, text: string) => ["templates", "review", type, text],
    preview: (text: string, jobType: string | undefined) => ["templates", "preview", text, jobType],
  },
} as const;
