import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { queryKeys } from "@/lib/query-keys";
import type { ImportReport } from "@/types/api";

/** `text`: the file as it is. With `dryRun` nothing is stored, only told; `prune` archives what the file leaves out, `pinMisfits` leaves behind what would not pass. */
export type Import = { text: string; dryRun: boolean; prune: boolean; pinMisfits: boolean };

export function useImportTemplates(): UseMutationResult<ImportReport, Error, Import> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ text, dryRun, prune, pinMisfits }) =>
      request<ImportReport>("POST", "templates/import/", {
        body: text,
        query: { dry_run: dryRun || undefined, prune: prune || undefined, force: pinMisfits || undefined },
      }),
    onSuccess: (_report, { dryRun }) => {
      if (!dryRun) void client.invalidateQueries({ queryKey: queryKeys.templates.all });
    },
  });
}
