import { infiniteQueryOptions, keepPreviousData, useInfiniteQuery, useMutation, type UseMutationResult } from "@tanstack/react-query";

import { request, requestText } from "@/lib/api-client";
import { downloadText } from "@/lib/download-text";
import { getQuery } from "@/lib/fetch-all";
import { queryKeys, type AuditFilters } from "@/lib/query-keys";
import type { AuditPage } from "@/types/api";

/** The server refuses blank filters. */
function toQuery(filters: AuditFilters): Record<string, string> {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== ""));
}

function auditQuery(filters: AuditFilters, pageSize: number) {
  return infiniteQueryOptions({
    queryKey: queryKeys.audit(filters, pageSize),
    queryFn: ({ pageParam, signal }) =>
      pageParam
        ? request<AuditPage>("GET", `audit/${pageParam}`, { signal })
        : request<AuditPage>("GET", "audit/", { query: { ...toQuery(filters), page_size: pageSize }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next && getQuery(page.next),
    staleTime: 0,
  });
}

/** Reads who changed what, newest first, page by page. */
export function useAudit(filters: AuditFilters, pageSize = 50) {
  return useInfiniteQuery({ ...auditQuery(filters, pageSize), placeholderData: keepPreviousData });
}

/** Downloads all entries that match, one JSON object a line. */
export function useExportAudit(): UseMutationResult<void, Error, AuditFilters> {
  return useMutation({
    mutationFn: async (filters) => {
      const type = "application/x-ndjson";
      downloadText("audit.ndjson", await requestText("audit/", { query: toQuery(filters), headers: { Accept: type } }), type);
    },
  });
}
