import { queryOptions, useMutation, useQuery, useQueryClient, type UseMutationResult, type UseQueryResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { queryKeys, type JobFilters } from "@/lib/query-keys";
import type { RerunReport, StopReport } from "@/types/api";

export type Deed = "terminate" | "rerun";
export type ManyReport = StopReport | RerunReport;
/** Over a number of jobs the server goes on in the background. */
export type GoesOn = { operation: string };

/** Which jobs, as the API wants to be told: a blank filter would be refused, and all must be said. */
export function choiceOf({ state, job_type, search, series }: JobFilters): Record<string, unknown> {
  const given = Object.entries({ state, job_type, search: search.trim(), series }).filter(([, value]) => value.length > 0);
  return given.length > 0 ? { filter: Object.fromEntries(given) } : { all: true };
}

function dryRunQuery(deed: Deed, filters: JobFilters) {
  return queryOptions({
    queryKey: queryKeys.jobs.many(deed, filters),
    queryFn: ({ signal }) => request<ManyReport>("POST", `jobs/${deed}/`, { body: { ...choiceOf(filters), dry_run: true }, signal }),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
}

/** How many it would be now. */
export function useDryRun(deed: Deed, filters: JobFilters): UseQueryResult<ManyReport> {
  return useQuery(dryRunQuery(deed, filters));
}

export function useManyJobs(deed: Deed, filters: JobFilters): UseMutationResult<ManyReport | GoesOn, Error, { key: string }> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ key }) =>
      request<ManyReport | GoesOn>("POST", `jobs/${deed}/`, {
        body: choiceOf(filters),
        headers: deed === "rerun" ? { "Idempotency-Key": key } : {},
      }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: queryKeys.operations });
      void client.invalidateQueries({ queryKey: queryKeys.jobs.lists });
      void client.invalidateQueries({ queryKey: queryKeys.jobs.allCounts });
    },
  });
}
