import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import type { Series } from "@/types/api";
import { showChanged } from "./list-series";

/** Its waiting job ends; a running one may finish. It goes on at the time that is given, or when it is resumed. */
export function usePauseSeries(seriesId: string): UseMutationResult<Series, Error, string | null> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (until) => request<Series>("POST", `series/${encodeURIComponent(seriesId)}/pause/`, { body: until === null ? {} : { until } }),
    onSuccess: (series) => showChanged(client, series),
  });
}
