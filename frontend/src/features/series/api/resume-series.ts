import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import type { Series } from "@/types/api";
import { cacheChangedSeries } from "./list-series";

/** Resumes a series, which schedules its next job. Refused while the template is disabled. */
export function useResumeSeries(seriesId: string): UseMutationResult<Series, Error, void> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<Series>("POST", `series/${encodeURIComponent(seriesId)}/resume/`),
    onSuccess: (series) => cacheChangedSeries(client, series),
  });
}
