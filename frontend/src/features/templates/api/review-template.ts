import { queryOptions } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { getOwn } from "@/lib/json";
import { queryKeys } from "@/lib/query-keys";
import type { ImportReport } from "@/types/api";

/** Reads the changes that storing the document in `text` would make to the stored template. */
export function reviewQuery(type: string, text: string) {
  return queryOptions({
    queryKey: queryKeys.templates.review(type, text),
    queryFn: async ({ signal }) => {
      const body = `{${JSON.stringify(type)}:${text}}`;
      const report = await request<ImportReport>("POST", "templates/import/", { body, query: { dry_run: true }, signal });
      return getOwn(report.changes, type) ?? [];
    },
    gcTime: 0,
  });
}
