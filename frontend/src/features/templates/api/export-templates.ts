import { useMutation, type UseMutationResult } from "@tanstack/react-query";

import { requestText } from "@/lib/api-client";
import { downloadText } from "@/lib/download-text";

export function useExportTemplates(): UseMutationResult<void, Error, void> {
  return useMutation({
    mutationFn: async () => {
      const documents: unknown = JSON.parse(await requestText("templates/export/"));
      downloadText("job_templates.json", `${JSON.stringify(documents, null, 4)}\n`);
    },
  });
}
