import { queryOptions, useQuery, type UseQueryResult } from "@tanstack/react-query";

import { queryKeys } from "@/lib/query-keys";
import { wholeList } from "@/lib/whole-list";
import type { TemplateVersion } from "@/types/api";

/** Newest first. */
export function versionsQuery(type: string) {
  return queryOptions({
    queryKey: queryKeys.templates.versions(type),
    queryFn: ({ signal }) => wholeList<TemplateVersion>(`templates/${encodeURIComponent(type)}/versions/`, signal),
  });
}

export function useTemplateVersions(type: string): UseQueryResult<TemplateVersion[]> {
  return useQuery(versionsQuery(type));
}
