import { queryOptions, useQuery, type UseQueryResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { queryKeys } from "@/lib/query-keys";
import type { TemplateChanges } from "@/types/api";

/** Reads the changes from version `from` to version `to`. Versions are immutable, so the result is never stale. */
export function changesQuery(type: string, from: number, to: number) {
  return queryOptions({
    queryKey: queryKeys.templates.changes(type, to, from),
    queryFn: async ({ signal }) => {
      const path = `templates/${encodeURIComponent(type)}/versions/${to}/`;
      return (await request<{ changes: TemplateChanges }>("GET", path, { query: { against: from }, signal })).changes;
    },
    staleTime: Infinity,
  });
}

export function useChanges(type: string, from: number, to: number): UseQueryResult<TemplateChanges> {
  return useQuery(changesQuery(type, from, to));
}
