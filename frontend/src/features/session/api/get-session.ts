import { queryOptions, useQuery, type UseQueryResult } from "@tanstack/react-query";

import { rememberCsrfToken, request } from "@/lib/api-client";
import { queryKeys } from "@/lib/query-keys";
import type { Session } from "@/types/api";

/** Who is signed in. Asking sets the CSRF cookie that signing in needs. */
export async function getSession(signal?: AbortSignal): Promise<Session> {
  return remembered(await request<Session>("GET", "session/", { signal }));
}

/** Each answer brings the token that the next request must carry: signing in changes it. */
export function remembered(session: Session): Session {
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
