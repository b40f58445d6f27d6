import { queryOptions, useQuery, type UseQueryResult } from "@tanstack/react-query";

import { rememberCsrfToken, request } from "@/lib/api-client";
import { queryKeys } from "@/lib/query-keys";
import type { Session } from "@/types/api";

/** Reads the session. The response sets the CSRF cookie, which signing in needs. */
export async function getSession(signal?: AbortSignal): Promise<Session> {
  return storeCsrfToken(await request<Session>("GET", "session/", { signal }));
}

/** Stores the CSRF token for the next request (signing in changes it) and returns the session. */
export function storeCsrfToken(session: Session): Session {
  rememberCsrfToken(session.csrf_token);
  return session;
}

export const sessionQuery = queryOptions({
  queryKey: queryKeys.session,
  queryFn: ({ signal }) => getSession(signal),
  staleTime: Infinity,
});

export function useSession(): UseQueryResult<Session> {
  return useQuery(sessionQuery);
}
