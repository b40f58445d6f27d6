import { queryOptions, useMutation, useQuery, useQueryClient, type UseMutationResult, type UseQueryResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { queryKeys } from "@/lib/query-keys";
import type { Operation } from "@/types/api";

const LOOK_EVERY_MS = 1_000;
const NEWEST = 20;

const operationsQuery = queryOptions({
  queryKey: queryKeys.operations,
  queryFn: async ({ signal }) =>
    (await request<{ results: Operation[] }>("GET", "operations/", { query: { page_size: NEWEST }, signal })).results,
  // Only while one goes on is there something to see.
  refetchInterval: ({ state }) => (state.data?.some((operation) => operation.state === "running") ? LOOK_EVERY_MS : false),
});

/** The newest of them, whoever asked. */
export function useOperations(): UseQueryResult<Operation[]> {
  return useQuery(operationsQuery);
}

export function useCancelOperation(id: string): UseMutationResult<Operation, Error, void> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<Operation>("POST", `operations/${encodeURIComponent(id)}/cancel/`),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.operations }),
  });
}
