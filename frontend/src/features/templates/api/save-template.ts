import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { queryKeys } from "@/lib/query-keys";
import type { Template } from "@/types/api";

/** `over`: what is stored and its version, which must still be the newest; absent for a new template. */
export type Saving = { text: string; over: { type: string; version: number } | null; pinMisfits?: boolean };

export function useSaveTemplate(): UseMutationResult<Template, Error, Saving> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ text, over, pinMisfits = false }) => {
      if (over === null) return request<Template>("POST", "templates/", { body: text });
      return request<Template>("PUT", `templates/${encodeURIComponent(over.type)}/`, {
        body: text,
        query: { force: pinMisfits || undefined },
        headers: { "If-Match": `"${over.version}"` },
      });
    },
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.templates.all }),
  });
}
