import { queryOptions, useQuery, type QueryClient, type UseQueryResult } from "@tanstack/react-query";

import { queryKeys } from "@/lib/query-keys";
import { wholeList } from "@/lib/whole-list";
import type { Series } from "@/types/api";

export const seriesQuery = queryOptions({
  queryKey: queryKeys.series,
  queryFn: ({ signal }) => wholeList<Series>("series/", signal),
});

export function useAllSeries(): UseQueryResult<Series[]> {
  return useQuery(seriesQuery);
}

/** One series as the server has it after a change; what else moved with it is read again. */
export function showChanged(client: QueryClient, changed: Series): void {
  client.setQueryData(seriesQuery.queryKey, (old) => old?.map((series) => (series.id === changed.id ? changed : series)));
  void client.invalidateQueries({ queryKey: queryKeys.series });
}
