import { useQuery, useQueryClient } from "@tanstack/react-query";

import { useConnection } from "@/lib/connection";
import { healthQuery, type Health } from "@/lib/health";

/** Polls the platform's health while the page is visible. Only the shell calls it. */
export function useHealthPolling(): void {
  useQuery(healthQuery(useQueryClient()));
}

/** Returns the platform's health if it should be shown; null while the platform is ready or nothing is known. */
export function useVisibleHealth(): Health | null {
  const { data } = useQuery({ ...healthQuery(useQueryClient()), enabled: false });
  const { phase } = useConnection();
  if (!data || data.status === "ready") return null;
  // One lost request is not shown while frames still arrive or the page has just been opened.
  const isExpectedToRecover = phase === "live" || phase === "connecting";
  return data.status === "unreachable" && data.misses < 2 && isExpectedToRecover ? null : data;
}
