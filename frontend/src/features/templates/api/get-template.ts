import { queryOptions, useQuery, type UseQueryResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { queryKeys } from "@/lib/query-keys";
import type { Template } from "@/types/api";

export function templateQuery(type: string) {
  return queryOptions({
    queryKey: queryKeys.templates.detail(type),
    queryFn: ({ signal }) => request<Template>("GET", `templates/${encodeURIComponent(type)}/`, { signal }),
  });
}

export function useTemplate(type: string): UseQueryResult<Template> {
  return useQuery(templateQuery(type));
}
