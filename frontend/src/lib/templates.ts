/** Reads the templates, which say also what the signed-in user may do with each job type. */
import { queryOptions, useQuery, type UseQueryResult } from "@tanstack/react-query";

import type { Template } from "@/types/api";
import { request } from "./api-client";
import { fetchAll } from "./fetch-all";
import { queryKeys } from "./query-keys";

export const templatesQuery = queryOptions({
  queryKey: queryKeys.templates.list,
  queryFn: ({ signal }) => fetchAll<Template>("templates/", signal),
  staleTime: 30_000,
});

/** Returns all templates that the user may see, without the archived ones. */
export function useTemplates(): UseQueryResult<Template[]> {
  return useQuery(templatesQuery);
}

export function templateQuery(type: string) {
  return queryOptions({
    queryKey: queryKeys.templates.detail(type),
    queryFn: ({ signal }) => request<Template>("GET", `templates/${encodeURIComponent(type)}/`, { signal }),
  });
}

/** Returns a template, also an archived one. */
export function useTemplate(type: string): UseQueryResult<Template> {
  return useQuery(templateQuery(type));
}
