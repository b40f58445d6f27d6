import { queryOptions, useQuery, type UseMutationResult, type UseQueryResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { fetchAll } from "@/lib/fetch-all";
import { queryKeys } from "@/lib/query-keys";
import type { Grant, JobRight } from "@/types/api";
import { useAccessMutation } from "./users";

const grantsQuery = queryOptions({
  queryKey: queryKeys.access.grants,
  queryFn: ({ signal }) => fetchAll<Grant>("grants/", signal),
});

export function useGrants(): UseQueryResult<Grant[]> {
  return useQuery(grantsQuery);
}

/** Who gets rights: a user or a group, by name. */
export type Receiver = { user: string } | { group: string };
export type GrantChanges = { job_types: string[]; rights: JobRight[] };

export function useCreateGrant(): UseMutationResult<Grant, Error, Receiver & GrantChanges> {
  return useAccessMutation((grant) => request<Grant>("POST", "grants/", { body: grant }));
}

export function useChangeGrant(id: number | undefined): UseMutationResult<Grant, Error, GrantChanges> {
  return useAccessMutation((changes) => request<Grant>("PATCH", `grants/${id ?? ""}/`, { body: changes }));
}

export function useDeleteGrant(id: number): UseMutationResult<undefined, Error, void> {
  return useAccessMutation(() => request<undefined>("DELETE", `grants/${id}/`));
}
