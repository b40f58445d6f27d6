import { queryOptions, useQuery, type UseQueryResult } from "@tanstack/react-query";

import { fetchAll } from "@/lib/fetch-all";
import { queryKeys } from "@/lib/query-keys";
import type { JobRight, RightHolder } from "@/types/api";

/** Reads who has a right on a job type, and by what; for admins only. */
function holdersQuery(type: string, right: JobRight) {
  return queryOptions({
    queryKey: queryKeys.access.holders(type, right),
    queryFn: ({ signal }) => fetchAll<RightHolder>("grants/who/", signal, { job_type: type, right }),
  });
}

export function useRightHolders(type: string, right: JobRight): UseQueryResult<RightHolder[]> {
  return useQuery(holdersQuery(type, right));
}
