import { useMutation, useQueryClient, type QueryClient, type UseMutationResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { hasCode } from "@/lib/api-error";
import { queryKeys } from "@/lib/query-keys";
import type { Session } from "@/types/api";
import { getSession, storeCsrfToken } from "./get-session";

export type Credentials = { username: string; password: string };
/** What the server asks for after the password, if the account has a second factor. */
export type SecondFactor = {
  methods: ("totp" | "passkey" | "recovery_code")[];
  passkey_options?: PublicKeyCredentialRequestOptionsJSON;
};
/** The result of the first step: a session, or what the second step needs. */
type FirstStep = { session: Session; factor: null } | { session: null; factor: SecondFactor };
export type Proof = { code: string } | { passkey: unknown };

async function signIn(credentials: Credentials): Promise<FirstStep> {
  // The CSRF cookie may have expired together with the session.
  await getSession();
  try {
    return { session: storeCsrfToken(await request<Session>("POST", "session/", { body: credentials })), factor: null };
  } catch (error) {
    // The only refusal with these fields.
    if (hasCode(error, "second_factor")) return { session: null, factor: error.body as SecondFactor };
    throw error;
  }
}

async function sendProof(proof: Proof): Promise<Session> {
  return storeCsrfToken(await request<Session>("POST", "session/second-factor/", { body: proof }));
}

/** Stores the new session and invalidates all cached data, which the previous session may have loaded. */
function enter(client: QueryClient, session: Session): void {
  client.setQueryData(queryKeys.session, session);
  void client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== queryKeys.session[0] });
}

/** Signs in by password, if that is enough. */
export function useSignIn(): UseMutationResult<FirstStep, Error, Credentials> {
  const client = useQueryClient();
  return useMutation({ mutationFn: signIn, onSuccess: ({ session }) => session && enter(client, session) });
}

/** Completes a sign-in with a second factor. */
export function useSecondFactor(): UseMutationResult<Session, Error, Proof> {
  const client = useQueryClient();
  return useMutation({ mutationFn: sendProof, onSuccess: (session) => enter(client, session) });
}
