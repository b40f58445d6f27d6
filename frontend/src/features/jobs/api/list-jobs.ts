import { infiniteQueryOptions, keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { request } from "@/lib/api-client";
import { keepNewestRows, MAX_LIVE_ROWS, type JobPages } from "@/lib/job-cache";
import { queryKeys, type JobFilters } from "@/lib/query-keys";
import { getQuery } from "@/lib/fetch-all";
import type { JobPage } from "@/types/api";

const PAGE_SIZE = 50;

function listJobs({ search, series, ...chosen }: JobFilters, pageQuery: string | null, signal: AbortSignal): Promise<JobPage> {
  if (pageQuery) return request<JobPage>("GET", `jobs/${pageQuery}`, { signal });
  const query = { ...chosen, search: search.trim() || undefined, series: series || undefined, page_size: PAGE_SIZE };
  return request<JobPage>("GET", "jobs/", { query, signal });
}

/** Reads the jobs that match the filters, page by page (keyset pagination). */
export function jobsQuery(filters: JobFilters) {
  return infiniteQueryOptions({
    queryKey: queryKeys.jobs.list(filters),
    queryFn: ({ pageParam, signal }) => listJobs(filters, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next && getQuery(page.next),
    structuralSharing: (old, fresh) => keepNewestRows(old as JobPages | undefined, fresh as JobPages),
  });
}

export function useJobs(filters: JobFilters) {
  return useInfiniteQuery({ ...jobsQuery(filters), placeholderData: keepPreviousData });
}

/** Reads a list again when it has taken MAX_LIVE_ROWS and the user is not busy with it. */
export function useRestartWhenFull(filters: JobFilters, busy: boolean): void {
  const client = useQueryClient();
  const { queryKey } = jobsQuery(filters);
  const isFull = (client.getQueryData(queryKey)?.pages[0]?.results.length ?? 0) >= MAX_LIVE_ROWS;
  useEffect(() => {
    if (!isFull || busy) return;
    client.setQueryData<JobPages>(queryKey, (old) => old && takeFirstRows(old));
    void client.invalidateQueries({ queryKey });
  }, [client, queryKey, isFull, busy]);
}

function takeFirstRows({ pages, pageParams }: JobPages): JobPages {
  const newest = pages.slice(0, 1).map((page) => ({ ...page, results: page.results.slice(0, PAGE_SIZE) }));
  return { pages: newest, pageParams: pageParams.slice(0, 1) };
}
