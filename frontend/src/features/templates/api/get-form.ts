import { queryOptions, useQuery, type UseQueryResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { queryKeys } from "@/lib/query-keys";
import type { TemplateForm } from "@/types/api";

export function formQuery(type: string) {
  return queryOptions({
    queryKey: queryKeys.templates.form(type),
    queryFn: ({ signal }) => request<TemplateForm>("GET", `templates/${encodeURIComponent(type)}/form/`, { signal }),
    // A form must not change while it is filled in. The server validates against the newest version anyway.
    refetchOnWindowFocus: false,
  });
}

export function useTemplateForm(type: string): UseQueryResult<TemplateForm> {
  return useQuery(formQuery(type));
}
