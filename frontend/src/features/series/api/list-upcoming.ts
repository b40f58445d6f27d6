import { useQuery, type UseQueryResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { queryKeys } from "@/lib/query-keys";
import type { NextStart } from "@/types/api";

const COUNT = "5";

/** Reads the next runs of a series. A series that has ended, or is paused without an end, has none. */
export function useUpcoming(seriesId: string): UseQueryResult<NextStart[]> {
  return useQuery({
    queryKey: queryKeys.upcoming(seriesId),
    queryFn: async ({ signal }) => {
      const path = `series/${encodeURIComponent(seriesId)}/upcoming/`;
      return (await request<{ results: NextStart[] }>("GET", path, { query: { count: COUNT }, signal })).results;
    },
  });
}
