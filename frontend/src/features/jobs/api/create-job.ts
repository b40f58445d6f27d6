import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { queryKeys } from "@/lib/query-keys";
import type { Job, JsonObject } from "@/types/api";

export type NewJob = {
  job_type: string;
  payload: JsonObject;
  start_in_seconds?: number | string;
  priority?: number | string;
};

type CreateJob = { job: NewJob; idempotencyKey: string };

function createJob({ job, idempotencyKey }: CreateJob): Promise<Job> {
  return request<Job>("POST", "jobs/", { body: job, headers: { "Idempotency-Key": idempotencyKey } });
}

/** Creates a job. A retry with the same idempotency key returns the same job. */
export function useCreateJob(): UseMutationResult<Job, Error, CreateJob> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: createJob,
    onSuccess: (job) => {
      client.setQueryData(queryKeys.jobs.detail(job.job_id), job);
      void client.invalidateQueries({ queryKey: queryKeys.jobs.lists });
    },
  });
}
