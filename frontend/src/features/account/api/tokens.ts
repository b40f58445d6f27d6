import { queryOptions, useMutation, useQuery, useQueryClient, type UseMutationResult, type UseQueryResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { fetchAll } from "@/lib/fetch-all";
import { queryKeys } from "@/lib/query-keys";
import type { ApiToken, IssuedToken, TokenScope } from "@/types/api";

const tokensQuery = queryOptions({
  queryKey: queryKeys.tokens,
  queryFn: ({ signal }) => fetchAll<ApiToken>("tokens/", signal),
});

/** Returns one's own tokens, newest first, also those that have expired. */
export function useTokens(): UseQueryResult<ApiToken[]> {
  return useQuery(tokensQuery);
}

/** `expires_in_days`: what was typed, if it is no number: the server says what is wrong with it. */
export type NewToken = { name: string; expires_in_days: number | string; scopes: TokenScope[]; job_types?: string[] };

export function useCreateToken(): UseMutationResult<IssuedToken, Error, NewToken> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (token) => request<IssuedToken>("POST", "tokens/", { body: token }),
    onSuccess: () => client.invalidateQueries(tokensQuery),
  });
}

export function useRevokeToken(id: number): UseMutationResult<undefined, Error, void> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<undefined>("DELETE", `tokens/${id}/`),
    onSuccess: () => client.invalidateQueries(tokensQuery),
  });
}
