import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { queryKeys } from "@/lib/query-keys";
import type { Job } from "@/types/api";

/** Answers the waiting job, due now. Refused while one runs. */
export function useRunSeriesNow(seriesId: string): UseMutationResult<Job, Error, void> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<Job>("POST", `series/${encodeURIComponent(seriesId)}/run_now/`),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.series }),
  });
}
