import { queryOptions, useQuery, type UseQueryResult } from "@tanstack/react-query";

import { queryKeys } from "@/lib/query-keys";
import { fetchAll } from "@/lib/fetch-all";
import type { JobEvent } from "@/types/api";

/** Reads the events of a job, oldest first. */
export function eventsQuery(jobId: string) {
  return queryOptions({
    queryKey: queryKeys.jobs.events(jobId),
    queryFn: ({ signal }) => fetchAll<JobEvent>(`jobs/${encodeURIComponent(jobId)}/events/`, signal),
  });
}

export function useJobEvents(jobId: string): UseQueryResult<JobEvent[]> {
  return useQuery(eventsQuery(jobId));
}
