import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { queryKeys } from "@/lib/query-keys";
import type { Job } from "@/types/api";

/** Makes the waiting job of a series due now and returns it. Refused while a job of the series runs. */
export function useRunSeriesNow(seriesId: string): UseMutationResult<Job, Error, void> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<Job>("POST", `series/${encodeURIComponent(seriesId)}/run_now/`),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.series }),
  });
}
