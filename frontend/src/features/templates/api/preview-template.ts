import { keepPreviousData, queryOptions, useQuery, type UseQueryResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { toJson } from "@/lib/json";
import { queryKeys } from "@/lib/query-keys";
import type { JsonObject, TemplatePreview } from "@/types/api";

/** Checks a document without storing it. `text` is JSON and is sent unchanged, so that no number is rounded. */
export function previewTemplate(text: string, jobType: string | undefined, payload?: JsonObject, signal?: AbortSignal): Promise<TemplatePreview> {
  const type = jobType === undefined ? "" : `,"job_type":${JSON.stringify(jobType)}`;
  const trial = payload === undefined ? "" : `,"payload":${toJson(payload)}`;
  return request<TemplatePreview>("POST", "template-preview/", { body: `{"document":${text}${type}${trial}}`, signal });
}

function previewQuery(text: string | null, jobType: string | undefined) {
  return queryOptions({
    queryKey: queryKeys.templates.preview(text ?? "", jobType),
    queryFn: ({ signal }) => previewTemplate(text ?? "", jobType, undefined, signal),
    enabled: text !== null,
    gcTime: 0,
    placeholderData: keepPreviousData,
  });
}

/** Returns the preview of a document that is being written. `text` is null while it is not valid JSON. */
export function useTemplatePreview(text: string | null, jobType: string | undefined): UseQueryResult<TemplatePreview> {
  return useQuery(previewQuery(text, jobType));
}
