import { useQuery, type UseQueryResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { queryKeys } from "@/lib/query-keys";
import type { NextStart } from "@/types/api";

const SHOWN = "5";

/** None of one that is paused without an end, or has ended. */
export function useUpcoming(seriesId: string): UseQueryResult<NextStart[]> {
  return useQuery({
    queryKey: queryKeys.upcoming(seriesId),
    queryFn: async ({ signal }) => {
      const path = `series/${encodeURIComponent(seriesId)}/upcoming/`;
      return (await request<{ results: NextStart[] }>("GET", path, { query: { count: SHOWN }, signal })).results;
    },
  });
}
