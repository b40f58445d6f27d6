/** The addresses of the UI's pages. */
export const paths = {
  jobs: "/jobs",
  job: (jobId: string) => `/jobs/${encodeURIComponent(jobId)}`,
  createJob: (template?: string) => (template ? `/jobs/new?template=${encodeURIComponent(template)}` : "/jobs/new"),
  rerunJob: (job: { job_id: string; job_type: string }) =>
    `/jobs/new?template=${encodeURIComponent(job.job_type)}&rerun_of=${encodeURIComponent(job.job_id)}`,
  jobsOf: (jobType: string) => `/jobs?job_type=${encodeURIComponent(jobType)}`,
  jobsOfSeries: (seriesId: string) => `/jobs?series=${encodeURIComponent(seriesId)}`,
  series: "/series",
  settings: "/settings",
  access: "/access",
  users: "/access/users",
  groups: "/access/groups",
  grants: "/access/grants",
  secrets: "/access/secrets",
  audit: "/access/audit",
  /** The audit trail of one object, such as `user:ann`. */
  auditOf: (object: string) => `/access/audit?object=${encodeURIComponent(object)}`,
  templates: "/templates",
  // Not below /templates/, where any word may be a job type.
  newTemplate: "/new-template",
  editTemplate: (type: string) => `/templates/${encodeURIComponent(type)}/edit`,
  template: (type: string) => `/templates/${encodeURIComponent(type)}`,
  /** The page of a template, with the changes between two versions. */
  templateChanges: (type: string, from: number, to: number) => `/templates/${encodeURIComponent(type)}?from=${from}&to=${to}#changes`,
};
