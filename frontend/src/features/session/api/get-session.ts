import { queryOptions, useQuery, type UseQueryResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { queryKeys } from "@/lib/query-keys";
import type { Session } from "@/types/api";

/** Who is signed in. Asking sets the CSRF cookie that signing in needs. */
export function getSession(signal?: AbortSignal): Promise<Session> {
  return request<Session>("GET", "session/", { signal });
}

export const sessionQuery = queryOptions({
  queryKey: queryKeys.session,
  queryFn: ({ signal }) => getSession(signal),
  staleTime: Infinity,
});

export function useSession(): UseQueryResult<Session> {
  return useQuery(sessionQuery);
}
