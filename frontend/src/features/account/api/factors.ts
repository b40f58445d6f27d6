import { queryOptions, useMutation, useQuery, useQueryClient, type UseMutationResult, type UseQueryResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { makePasskey } from "@/lib/passkeys";
import { queryKeys } from "@/lib/query-keys";
import type { Factors, NewTotp } from "@/types/api";

/** What a change of factors comes with: the current password, unless a second factor was proved a short time ago. */
export type Proof = { password?: string };
/** The codes that the first factor of an account comes with; null for a further one. */
export type FirstCodes = { recovery_codes: string[] | null };

const factorsQuery = queryOptions({
  queryKey: queryKeys.factors,
  queryFn: ({ signal }) => request<Factors>("GET", "session/factors/", { signal }),
});

/** Returns one's own second factors. */
export function useFactors(): UseQueryResult<Factors> {
  return useQuery(factorsQuery);
}

/** Returns whether one of them can complete a sign-in. */
export function isSetUp({ totp, passkeys }: Factors): boolean {
  return totp === "confirmed" || passkeys.length > 0;
}

/** A change of one's own factors, after which they are read again, and also the sessions, which a first factor ends. */
export function useFactorMutation<Answer, Variables>(send: (variables: Variables) => Promise<Answer>): UseMutationResult<Answer, Error, Variables> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSuccess: () => {
      void client.invalidateQueries(factorsQuery);
      void client.invalidateQueries({ queryKey: queryKeys.sessions });
    },
  });
}

export function beginTotp(proof: Proof): Promise<NewTotp> {
  return request("POST", "session/factors/totp/", { body: proof });
}

export function removeTotp(proof: Proof): Promise<undefined> {
  return request("DELETE", "session/factors/totp/", { body: proof });
}

export function useConfirmTotp(): UseMutationResult<FirstCodes, Error, string> {
  return useFactorMutation((code) => request("POST", "session/factors/totp/confirm/", { body: { code } }));
}

export function replaceRecoveryCodes(proof: Proof): Promise<{ recovery_codes: string[] }> {
  return request("POST", "session/factors/recovery-codes/", { body: proof });
}

/** Asks for what the browser needs to make a passkey. */
export function beginPasskey(proof: Proof): Promise<{ passkey_options: PublicKeyCredentialCreationOptionsJSON }> {
  return request("POST", "session/factors/passkeys/begin/", { body: proof });
}

type NewPasskey = { name: string; options: PublicKeyCredentialCreationOptionsJSON };

/** Lets the browser make a passkey, and stores it under this name. */
export function useAddPasskey(): UseMutationResult<FirstCodes, Error, NewPasskey> {
  return useFactorMutation(async ({ name, options }) => {
    const passkey = await makePasskey(options);
    return request("POST", "session/factors/passkeys/", { body: { name, passkey } });
  });
}

export function removePasskey(id: number, proof: Proof): Promise<undefined> {
  return request("DELETE", `session/factors/passkeys/${id}/`, { body: proof });
}
