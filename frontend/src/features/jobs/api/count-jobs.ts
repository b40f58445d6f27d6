import { keepPreviousData, queryOptions, useQuery, type UseQueryResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { queryKeys, type JobFilters } from "@/lib/query-keys";
import type { JobCounts } from "@/types/api";

/** Reads the number of jobs in each state, under all filters except the state. */
export function jobCountsQuery({ job_type, search, series }: JobFilters) {
  return queryOptions({
    queryKey: queryKeys.jobs.counts({ job_type, search, series }),
    queryFn: ({ signal }) => {
      const query = { job_type, search: search.trim() || undefined, series: series || undefined };
      return request<JobCounts>("GET", "jobs/counts/", { query, signal });
    },
    placeholderData: keepPreviousData,
  });
}

export function useJobCounts(filters: JobFilters): UseQueryResult<JobCounts> {
  return useQuery(jobCountsQuery(filters));
}
