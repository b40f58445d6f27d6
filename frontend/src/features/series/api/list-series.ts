import { queryOptions, useQuery, type QueryClient, type UseQueryResult } from "@tanstack/react-query";

import { queryKeys } from "@/lib/query-keys";
import { fetchAll } from "@/lib/fetch-all";
import type { Series } from "@/types/api";

export const seriesQuery = queryOptions({
  queryKey: queryKeys.series,
  queryFn: ({ signal }) => fetchAll<Series>("series/", signal),
});

export function useAllSeries(): UseQueryResult<Series[]> {
  return useQuery(seriesQuery);
}

/** Puts a changed series into the cached list and invalidates the list, because the change may affect more. */
export function cacheChangedSeries(client: QueryClient, changed: Series): void {
  client.setQueryData(seriesQuery.queryKey, (old) => old?.map((series) => (series.id === changed.id ? changed : series)));
  void client.invalidateQueries({ queryKey: queryKeys.series });
}
