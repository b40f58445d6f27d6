import { infiniteQueryOptions, keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { request } from "@/lib/api-client";
import { keepNewestRows, MOST_LIVE_ROWS, type JobPages } from "@/lib/job-cache";
import { queryKeys, type JobFilters } from "@/lib/query-keys";
import { queryOf } from "@/lib/whole-list";
import type { JobPage } from "@/types/api";

const PAGE_SIZE = 50;

function listJobs({ search, series, ...chosen }: JobFilters, further: string | null, signal: AbortSignal): Promise<JobPage> {
  if (further) return request<JobPage>("GET", `jobs/${further}`, { signal });
  const query = { ...chosen, search: search.trim() || undefined, series: series || undefined, page_size: PAGE_SIZE };
  return request<JobPage>("GET", "jobs/", { query, signal });
}

export function jobsQuery(filters: JobFilters) {
  return infiniteQueryOptions({
    queryKey: queryKeys.jobs.list(filters),
    queryFn: ({ pageParam, signal }) => listJobs(filters, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next && queryOf(page.next),
    structuralSharing: (old, fresh) => keepNewestRows(old as JobPages | undefined, fresh as JobPages),
  });
}

export function useJobs(filters: JobFilters) {
  return useInfiniteQuery({ ...jobsQuery(filters), placeholderData: keepPreviousData });
}

/** A list that took all the new rows it may is read afresh as soon as its reader is not in the middle of it. */
export function useFreshStart(filters: JobFilters, busy: boolean): void {
  const client = useQueryClient();
  const { queryKey } = jobsQuery(filters);
  const full = (client.getQueryData(queryKey)?.pages[0]?.results.length ?? 0) >= MOST_LIVE_ROWS;
  useEffect(() => {
    if (!full || busy) return;
    client.setQueryData<JobPages>(queryKey, (old) => old && newestOf(old));
    void client.invalidateQueries({ queryKey });
  }, [client, queryKey, full, busy]);
}

function newestOf({ pages, pageParams }: JobPages): JobPages {
  const newest = pages.slice(0, 1).map((page) => ({ ...page, results: page.results.slice(0, PAGE_SIZE) }));
  return { pages: newest, pageParams: pageParams.slice(0, 1) };
}
