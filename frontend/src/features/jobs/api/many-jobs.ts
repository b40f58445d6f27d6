import { queryOptions, useMutation, useQuery, useQueryClient, type UseMutationResult, type UseQueryResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { queryKeys, type JobFilters } from "@/lib/query-keys";
import type { RerunReport, StopReport } from "@/types/api";

export type ManyAction = "terminate" | "rerun";
export type ManyReport = StopReport | RerunReport;
/** The response for a large number of jobs: the server works on them in the background. */
export type StartedOperation = { operation: string };

/** Builds the selection for the API, which refuses blank filters and requires `all` if there is no filter. */
export function buildSelection({ state, job_type, search, series }: JobFilters): Record<string, unknown> {
  const given = Object.entries({ state, job_type, search: search.trim(), series }).filter(([, value]) => value.length > 0);
  return given.length > 0 ? { filter: Object.fromEntries(given) } : { all: true };
}

function dryRunQuery(action: ManyAction, filters: JobFilters) {
  return queryOptions({
    queryKey: queryKeys.jobs.many(action, filters),
    queryFn: ({ signal }) => request<ManyReport>("POST", `jobs/${action}/`, { body: { ...buildSelection(filters), dry_run: true }, signal }),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
}

/** Returns how many jobs the action would affect now. */
export function useDryRun(action: ManyAction, filters: JobFilters): UseQueryResult<ManyReport> {
  return useQuery(dryRunQuery(action, filters));
}

/** Terminates or re-runs all jobs that match the filters. The key makes retries of a re-run idempotent. */
export function useManyJobs(action: ManyAction, filters: JobFilters): UseMutationResult<ManyReport | StartedOperation, Error, { key: string }> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ key }) =>
      request<ManyReport | StartedOperation>("POST", `jobs/${action}/`, {
        body: buildSelection(filters),
        headers: action === "rerun" ? { "Idempotency-Key": key } : {},
      }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: queryKeys.operations });
      void client.invalidateQueries({ queryKey: queryKeys.jobs.lists });
      void client.invalidateQueries({ queryKey: queryKeys.jobs.allCounts });
    },
  });
}
