import { keepPreviousData, queryOptions, useQuery, type UseQueryResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { toJson } from "@/lib/json";
import { queryKeys } from "@/lib/query-keys";
import type { JsonObject, TemplatePreview } from "@/types/api";

/** `text` is JSON; it goes as it is, since parsing it here could only lose something. */
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

/** What the server makes of a document while it is written; null while the text is no JSON. */
export function useTemplatePreview(text: string | null, jobType: string | undefined): UseQueryResult<TemplatePreview> {
  return useQuery(previewQuery(text, jobType));
}
