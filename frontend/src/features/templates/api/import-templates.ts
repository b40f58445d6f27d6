import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { queryKeys } from "@/lib/query-keys";
import type { ImportReport } from "@/types/api";

/**
 * `text`: the unchanged file. `dryRun`: stores nothing and only reports. `prune`: archives the templates that are not in the
 * file. `pinIncompatible`: keeps jobs and series with incompatible payloads on their version.
 */
export type Import = { text: string; dryRun: boolean; prune: boolean; pinIncompatible: boolean };

export function useImportTemplates(): UseMutationResult<ImportReport, Error, Import> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ text, dryRun, prune, pinIncompatible }) =>
      request<ImportReport>("POST", "templates/import/", {
        body: text,
        query: { dry_run: dryRun || undefined, prune: prune || undefined, force: pinIncompatible || undefined },
      }),
    onSuccess: (_report, { dryRun }) => {
      if (!dryRun) void client.invalidateQueries({ queryKey: queryKeys.templates.all });
    },
  });
}
