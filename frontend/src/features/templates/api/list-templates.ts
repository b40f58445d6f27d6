import { queryOptions, useQuery, type UseQueryResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { queryKeys } from "@/lib/query-keys";
import type { Template } from "@/types/api";

export const templatesQuery = queryOptions({
  queryKey: queryKeys.templates.list,
  queryFn: async ({ signal }) => (await request<{ results: Template[] }>("GET", "templates/", { signal })).results,
  staleTime: 30_000,
});

export function useTemplates(): UseQueryResult<Template[]> {
  return useQuery(templatesQuery);
}
