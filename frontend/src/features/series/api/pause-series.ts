import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import type { Series } from "@/types/api";
import { showChanged } from "./list-series";

/** Its waiting job ends; a running one may finish. */
export function usePauseSeries(seriesId: string): UseMutationResult<Series, Error, void> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<Series>("POST", `series/${encodeURIComponent(seriesId)}/pause/`),
    onSuccess: (series) => showChanged(client, series),
  });
}
