import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { queryKeys } from "@/lib/query-keys";
import type { Job } from "@/types/api";

/** Answers the new job, whose `rerun_of` is this one. */
export function useRerunJob(jobId: string): UseMutationResult<Job, Error, void> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<Job>("POST", `jobs/${encodeURIComponent(jobId)}/rerun/`, { body: {} }),
    onSuccess: (job) => client.setQueryData(queryKeys.jobs.detail(job.job_id), job),
  });
}
