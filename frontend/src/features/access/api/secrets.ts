import { queryOptions, useQuery, type UseMutationResult, type UseQueryResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { fetchAll } from "@/lib/fetch-all";
import { queryKeys } from "@/lib/query-keys";
import type { SharedSecret } from "@/types/api";
import { useAccessMutation } from "./users";

const secretsQuery = queryOptions({
  queryKey: queryKeys.access.secrets,
  queryFn: ({ signal }) => fetchAll<SharedSecret>("secrets/", signal),
});

export function useSecrets(): UseQueryResult<SharedSecret[]> {
  return useQuery(secretsQuery);
}

/** `hosts` null: any. `value`: with the source `value` only; left out, the stored one stays. */
export type SecretChanges = { job_types: string[]; hosts: string[] | null; source: string; value?: string };

export function useCreateSecret(): UseMutationResult<SharedSecret, Error, SecretChanges & { name: string }> {
  return useAccessMutation((secret) => request<SharedSecret>("POST", "secrets/", { body: secret }));
}

export function useChangeSecret(name: string): UseMutationResult<SharedSecret, Error, SecretChanges> {
  return useAccessMutation((changes) => request<SharedSecret>("PATCH", `secrets/${encodeURIComponent(name)}/`, { body: changes }));
}

export function useDeleteSecret(name: string): UseMutationResult<undefined, Error, void> {
  return useAccessMutation(() => request<undefined>("DELETE", `secrets/${encodeURIComponent(name)}/`));
}
