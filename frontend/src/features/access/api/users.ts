import { queryOptions, useMutation, useQuery, useQueryClient, type UseMutationResult, type UseQueryResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { fetchAll } from "@/lib/fetch-all";
import { queryKeys } from "@/lib/query-keys";
import type { AccessUser, ResetLink, Role } from "@/types/api";

const usersQuery = queryOptions({
  queryKey: queryKeys.access.users,
  queryFn: ({ signal }) => fetchAll<AccessUser>("users/", signal),
});

export function useUsers(): UseQueryResult<AccessUser[]> {
  return useQuery(usersQuery);
}

export type UserChanges = { role?: Role; active?: boolean; groups?: string[]; service?: boolean };
export type NewUser = UserChanges & { name: string; password?: string };

export function useCreateUser(): UseMutationResult<AccessUser, Error, NewUser> {
  return useAccessMutation((user) => request<AccessUser>("POST", "users/", { body: user }));
}

export function useChangeUser(name: string): UseMutationResult<AccessUser, Error, UserChanges> {
  return useAccessMutation((changes) => request<AccessUser>("PATCH", `users/${encodeURIComponent(name)}/`, { body: changes }));
}

/** Makes a link with which the user sets a new password. */
export function useMakeResetLink(): UseMutationResult<ResetLink, Error, string> {
  return useMutation({ mutationFn: (name) => request<ResetLink>("POST", `users/${encodeURIComponent(name)}/reset/`) });
}

/** A change of users, groups or grants, after which all of them are read again: each shows parts of the others. */
export function useAccessMutation<Answer, Variables>(mutationFn: (variables: Variables) => Promise<Answer>): UseMutationResult<Answer, Error, Variables> {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: queryKeys.access.all });
      // The admin may have changed the own role or name.
      void client.invalidateQueries({ queryKey: queryKeys.session });
    },
  });
}

type SwitchOptions = { active: boolean; revokeTokens?: boolean };

/** Switches a user off or on again. Tokens that are not revoked work again when the user is switched on. */
export function useSwitchUser(name: string, { active, revokeTokens = false }: SwitchOptions): UseMutationResult<AccessUser, Error, void> {
  const body = { active, ...(revokeTokens && { revoke_tokens: true }) };
  return useAccessMutation(() => request<AccessUser>("PATCH", `users/${encodeURIComponent(name)}/`, { body }));
}
