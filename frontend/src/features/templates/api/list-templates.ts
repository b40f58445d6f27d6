import { queryOptions, useQuery, type UseQueryResult } from "@tanstack/react-query";

import { queryKeys } from "@/lib/query-keys";
import { fetchAll } from "@/lib/fetch-all";
import type { Template } from "@/types/api";

export const templatesQuery = queryOptions({
  queryKey: queryKeys.templates.list,
  queryFn: ({ signal }) => fetchAll<Template>("templates/", signal),
  staleTime: 30_000,
});

export function useTemplates(): UseQueryResult<Template[]> {
  return useQuery(templatesQuery);
}
