import { queryOptions, replaceEqualDeep, useQuery, type UseQueryResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { queryKeys } from "@/lib/query-keys";
import type { Job } from "@/types/api";

export function jobQuery(jobId: string) {
  return queryOptions({
    queryKey: queryKeys.jobs.detail(jobId),
    queryFn: ({ signal }) => request<Job>("GET", `jobs/${encodeURIComponent(jobId)}/`, { signal }),
    // An answer that was on its way while newer frames came must not turn the job back.
    structuralSharing: (old, fresh) => newest(old as Job | undefined, fresh as Job),
  });
}

/** Nothing is read while there is no id. */
export function useJob(jobId: string | undefined): UseQueryResult<Job> {
  return useQuery({ ...jobQuery(jobId ?? ""), enabled: jobId !== undefined });
}

function newest(old: Job | undefined, fresh: Job): Job {
  return old && old.version > fresh.version ? old : replaceEqualDeep(old, fresh);
}
