import { queryOptions, replaceEqualDeep, useQuery, type UseQueryResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { queryKeys } from "@/lib/query-keys";
import type { Job } from "@/types/api";

export function jobQuery(jobId: string) {
  return queryOptions({
    queryKey: queryKeys.jobs.detail(jobId),
    queryFn: ({ signal }) => request<Job>("GET", `jobs/${encodeURIComponent(jobId)}/`, { signal }),
    // A response must not replace the newer state that live frames have put into the cache meanwhile.
    structuralSharing: (old, fresh) => pickNewer(old as Job | undefined, fresh as Job),
  });
}

/** Reads a job; without an id it reads nothing. */
export function useJob(jobId: string | undefined): UseQueryResult<Job> {
  return useQuery({ ...jobQuery(jobId ?? ""), enabled: jobId !== undefined });
}

function pickNewer(old: Job | undefined, fresh: Job): Job {
  return old && old.version > fresh.version ? old : replaceEqualDeep(old, fresh);
}
