import { queryOptions, useQuery, type UseQueryResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { queryKeys } from "@/lib/query-keys";
import type { JobEvent } from "@/types/api";

/** Oldest first. */
export function eventsQuery(jobId: string) {
  return queryOptions({
    queryKey: queryKeys.jobs.events(jobId),
    queryFn: async ({ signal }) =>
      (await request<{ results: JobEvent[] }>("GET", `jobs/${encodeURIComponent(jobId)}/events/`, { signal })).results,
  });
}

export function useJobEvents(jobId: string): UseQueryResult<JobEvent[]> {
  return useQuery(eventsQuery(jobId));
}
