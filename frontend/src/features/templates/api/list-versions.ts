import { queryOptions, useQuery, type UseQueryResult } from "@tanstack/react-query";

import { queryKeys } from "@/lib/query-keys";
import { fetchAll } from "@/lib/fetch-all";
import type { TemplateVersion } from "@/types/api";

/** Reads the versions of a template, newest first. */
export function versionsQuery(type: string) {
  return queryOptions({
    queryKey: queryKeys.templates.versions(type),
    queryFn: ({ signal }) => fetchAll<TemplateVersion>(`templates/${encodeURIComponent(type)}/versions/`, signal),
  });
}

export function useTemplateVersions(type: string): UseQueryResult<TemplateVersion[]> {
  return useQuery(versionsQuery(type));
}
