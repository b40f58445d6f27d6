import { queryOptions, useMutation, useQuery, useQueryClient, type UseMutationResult, type UseQueryResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { fetchAll } from "@/lib/fetch-all";
import { queryKeys } from "@/lib/query-keys";
import type { UserSession } from "@/types/api";

const sessionsQuery = queryOptions({
  queryKey: queryKeys.sessions,
  queryFn: ({ signal }) => fetchAll<UserSession>("sessions/", signal),
});

/** Returns the browsers in which the user is signed in. */
export function useOwnSessions(): UseQueryResult<UserSession[]> {
  return useQuery(sessionsQuery);
}

/** Ends one session, or, without an id, all but the one of this request. */
export function useEndSessions(): UseMutationResult<undefined, Error, number | undefined> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id) => request<undefined>("DELETE", id === undefined ? "sessions/" : `sessions/${id}/`),
    onSettled: () => client.invalidateQueries(sessionsQuery),
  });
}
