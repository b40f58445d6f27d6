import { queryOptions, useQuery, type UseQueryResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { queryKeys } from "@/lib/query-keys";
import type { TemplateVersion } from "@/types/api";

/** Newest first. */
export function versionsQuery(type: string) {
  return queryOptions({
    queryKey: queryKeys.templates.versions(type),
    queryFn: async ({ signal }) => {
      const path = `templates/${encodeURIComponent(type)}/versions/`;
      return (await request<{ results: TemplateVersion[] }>("GET", path, { signal })).results;
    },
  });
}

export function useTemplateVersions(type: string): UseQueryResult<TemplateVersion[]> {
  return useQuery(versionsQuery(type));
}
