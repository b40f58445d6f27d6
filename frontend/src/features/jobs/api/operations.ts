import { queryOptions, useMutation, useQuery, useQueryClient, type UseMutationResult, type UseQueryResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { queryKeys } from "@/lib/query-keys";
import type { Operation } from "@/types/api";

const POLL_INTERVAL_MS = 1_000;
const PAGE_SIZE = 20;

const operationsQuery = queryOptions({
  queryKey: queryKeys.operations,
  queryFn: async ({ signal }) =>
    (await request<{ results: Operation[] }>("GET", "operations/", { query: { page_size: PAGE_SIZE }, signal })).results,
  // Polls only while an operation is running.
  refetchInterval: ({ state }) => (state.data?.some((operation) => operation.state === "running") ? POLL_INTERVAL_MS : false),
});

/** Returns the newest operations of all users. */
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
