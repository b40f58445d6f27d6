import { infiniteQueryOptions, keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { keepNewestRows, type JobPages } from "@/lib/job-cache";
import { queryKeys, type JobFilters } from "@/lib/query-keys";
import type { JobPage } from "@/types/api";

const PAGE_SIZE = 50;

function listJobs({ search, ...chosen }: JobFilters, further: string | null, signal: AbortSignal): Promise<JobPage> {
  if (further) return request<JobPage>("GET", `jobs/${further}`, { signal });
  const query = { ...chosen, search: search || undefined, page_size: PAGE_SIZE };
  return request<JobPage>("GET", "jobs/", { query, signal });
}

export function jobsQuery(filters: JobFilters) {
  return infiniteQueryOptions({
    queryKey: queryKeys.jobs.list(filters),
    queryFn: ({ pageParam, signal }) => listJobs(filters, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => queryOf(page.next),
    structuralSharing: (old, fresh) => keepNewestRows(old as JobPages | undefined, fresh as JobPages),
  });
}

export function useJobs(filters: JobFilters) {
  return useInfiniteQuery({ ...jobsQuery(filters), placeholderData: keepPreviousData });
}

/** Only the query of a `next` link is used: behind a proxy its host may be another. */
function queryOf(link: string | null): string | null {
  return link && new URL(link, window.location.href).search;
}
