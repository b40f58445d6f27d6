import { queryOptions, useQuery, type UseQueryResult } from "@tanstack/react-query";

import { queryKeys } from "@/lib/query-keys";
import { wholeList } from "@/lib/whole-list";
import type { JobEvent } from "@/types/api";

/** Oldest first. */
export function eventsQuery(jobId: string) {
  return queryOptions({
    queryKey: queryKeys.jobs.events(jobId),
    queryFn: ({ signal }) => wholeList<JobEvent>(`jobs/${encodeURIComponent(jobId)}/events/`, signal),
  });
}

export function useJobEvents(jobId: string): UseQueryResult<JobEvent[]> {
  return useQuery(eventsQuery(jobId));
}
