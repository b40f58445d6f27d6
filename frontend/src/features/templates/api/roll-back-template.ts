import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { queryKeys } from "@/lib/query-keys";
import type { Template } from "@/types/api";

/** `newest`: the newest version that the user has seen. The request is refused if there is a newer one. */
type Rollback = { version: number; newest: number; pinIncompatible?: boolean };

/** Makes a new version with the document of an older one, and returns the template. */
export function useRollBackTemplate(type: string): UseMutationResult<Template, Error, Rollback> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ version, newest, pinIncompatible = false }) =>
      request<Template>("POST", `templates/${encodeURIComponent(type)}/rollback/`, {
        body: { version },
        query: { force: pinIncompatible || undefined },
        headers: { "If-Match": `"${newest}"` },
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.templates.all }),
  });
}
