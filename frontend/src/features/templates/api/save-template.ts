import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { queryKeys } from "@/lib/query-keys";
import type { Template } from "@/types/api";

/** `replaces`: the stored template and its version, which must be the newest (optimistic locking); null for a new one. */
export type SaveRequest = { text: string; replaces: { type: string; version: number } | null; pinIncompatible?: boolean };

/** Creates a template, or stores a new version of one. */
export function useSaveTemplate(): UseMutationResult<Template, Error, SaveRequest> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ text, replaces, pinIncompatible = false }) => {
      if (replaces === null) return request<Template>("POST", "templates/", { body: text });
      return request<Template>("PUT", `templates/${encodeURIComponent(replaces.type)}/`, {
        body: text,
        query: { force: pinIncompatible || undefined },
        headers: { "If-Match": `"${replaces.version}"` },
      });
    },
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.templates.all }),
  });
}
