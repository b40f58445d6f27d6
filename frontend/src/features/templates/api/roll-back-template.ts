import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { queryKeys } from "@/lib/query-keys";
import type { Template } from "@/types/api";

/** `newest`: as the reader has seen it, which it must still be. */
type Rollback = { version: number; newest: number; pinMisfits?: boolean };

/** Answers the template as it is then: a new version with the document of an older one. */
export function useRollBackTemplate(type: string): UseMutationResult<Template, Error, Rollback> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ version, newest, pinMisfits = false }) =>
      request<Template>("POST", `templates/${encodeURIComponent(type)}/rollback/`, {
        body: { version },
        query: { force: pinMisfits || undefined },
        headers: { "If-Match": `"${newest}"` },
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.templates.all }),
  });
}
