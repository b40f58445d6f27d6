import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { queryKeys } from "@/lib/query-keys";
import type { Job, JsonObject } from "@/types/api";

type Rerun = { payload?: JsonObject; idempotencyKey: string };

/** Runs a job again, with the same or another payload. Returns the new job, whose `rerun_of` is the old one. */
export function useRerunJob(jobId: string): UseMutationResult<Job, Error, Rerun> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ payload, idempotencyKey }) =>
      request<Job>("POST", `jobs/${encodeURIComponent(jobId)}/rerun/`, {
        body: payload ? { payload } : {},
        headers: { "Idempotency-Key": idempotencyKey },
      }),
    onSuccess: (job) => client.setQueryData(queryKeys.jobs.detail(job.job_id), job),
  });
}
