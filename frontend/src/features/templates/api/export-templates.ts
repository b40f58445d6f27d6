import { useMutation, type UseMutationResult } from "@tanstack/react-query";

import { requestText } from "@/lib/api-client";
import { downloadText } from "@/lib/download-text";

export function useExportTemplates(): UseMutationResult<void, Error, void> {
  return useMutation({
    mutationFn: async () => {
      // The text is saved unchanged: parsing it here would round its large numbers.
      downloadText("job_templates.json", await requestText("templates/export/"));
    },
  });
}
