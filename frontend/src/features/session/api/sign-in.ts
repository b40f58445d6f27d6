import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { queryKeys } from "@/lib/query-keys";
import type { Session } from "@/types/api";
import { getSession, storeCsrfToken } from "./get-session";

export type Credentials = { username: string; password: string };

async function signIn(credentials: Credentials): Promise<Session> {
  // The CSRF cookie may have expired together with the session.
  await getSession();
  return storeCsrfToken(await request<Session>("POST", "session/", { body: credentials }));
}

/** Signs in and invalidates all cached data, which the previous session may have loaded. */
export function useSignIn(): UseMutationResult<Session, Error, Credentials> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: signIn,
    onSuccess: (session) => {
      client.setQueryData(queryKeys.session, session);
      void client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== queryKeys.session[0] });
    },
  });
}
