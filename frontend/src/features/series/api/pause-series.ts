import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import type { Series } from "@/types/api";
import { cacheChangedSeries } from "./list-series";

/** Pauses a series until the given time or until it is resumed. Its waiting job ends; a running one may finish. */
export function usePauseSeries(seriesId: string): UseMutationResult<Series, Error, string | null> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (until) => request<Series>("POST", `series/${encodeURIComponent(seriesId)}/pause/`, { body: until === null ? {} : { until } }),
    onSuccess: (series) => cacheChangedSeries(client, series),
  });
}
