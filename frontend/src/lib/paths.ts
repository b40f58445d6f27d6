/** The UI's own addresses. */
export const paths = {
  jobs: "/jobs",
  job: (jobId: string) => `/jobs/${encodeURIComponent(jobId)}`,
  createJob: (template?: string) => (template ? `/jobs/new?template=${encodeURIComponent(template)}` : "/jobs/new"),
  jobsOf: (jobType: string) => `/jobs?job_type=${encodeURIComponent(jobType)}`,
  templates: "/templates",
  template: (type: string) => `/templates/${encodeURIComponent(type)}`,
};
