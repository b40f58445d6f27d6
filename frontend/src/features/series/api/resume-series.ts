import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import type { Series } from "@/types/api";
import { showChanged } from "./list-series";

/** The next number is scheduled. Refused while its template is disabled. */
export function useResumeSeries(seriesId: string): UseMutationResult<Series, Error, void> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<Series>("POST", `series/${encodeURIComponent(seriesId)}/resume/`),
    onSuccess: (series) => showChanged(client, series),
  });
}
