import { queryOptions, useQuery, type UseMutationResult, type UseQueryResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { fetchAll } from "@/lib/fetch-all";
import { queryKeys } from "@/lib/query-keys";
import type { UserGroup } from "@/types/api";
import { useAccessMutation } from "./users";

const groupsQuery = queryOptions({
  queryKey: queryKeys.access.groups,
  queryFn: ({ signal }) => fetchAll<UserGroup>("groups/", signal),
});

export function useGroups(): UseQueryResult<UserGroup[]> {
  return useQuery(groupsQuery);
}

/** Creates a group, or changes the one with the name `old`. */
export function useSaveGroup(old: string | undefined): UseMutationResult<UserGroup, Error, UserGroup> {
  return useAccessMutation((group) =>
    old === undefined
      ? request<UserGroup>("POST", "groups/", { body: group })
      : request<UserGroup>("PATCH", `groups/${encodeURIComponent(old)}/`, { body: group }),
  );
}

export function useDeleteGroup(name: string): UseMutationResult<undefined, Error, void> {
  return useAccessMutation(() => request<undefined>("DELETE", `groups/${encodeURIComponent(name)}/`));
}
