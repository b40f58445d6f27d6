import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { patchPages, type JobPages } from "@/lib/job-cache";
import { queryKeys, type JobFilters } from "@/lib/query-keys";
import type { Job } from "@/types/api";

/** Terminates a job. A job that has not started ends at once; a running one gets a stop request (`terminate_requested_at`). */
export function useTerminateJob(jobId: string): UseMutationResult<Job, Error, void> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<Job>("POST", `jobs/${encodeURIComponent(jobId)}/terminate/`),
    onSuccess: (job) => {
      client.setQueryData<Job>(queryKeys.jobs.detail(jobId), (old) => (old && old.version > job.version ? old : job));
      for (const { queryKey } of client.getQueryCache().findAll({ queryKey: queryKeys.jobs.lists })) {
        const filters = queryKey[2] as JobFilters;
        client.setQueryData<JobPages>(queryKey, (old) => old && patchPages(old, filters, new Map([[jobId, job]])));
      }
      void client.invalidateQueries({ queryKey: queryKeys.jobs.events(jobId) });
    },
  });
}
