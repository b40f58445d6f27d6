import { useQuery, useQueryClient } from "@tanstack/react-query";

import { useConnection } from "@/lib/connection";
import { healthQuery, type Health } from "@/lib/health";

/** Asks every few seconds while the page is in sight; for the shell alone. */
export function useHealthPolling(): void {
  useQuery(healthQuery(useQueryClient()));
}

/** What is worth telling of the platform's health; null while all is well, or nothing is known. */
export function useTroubles(): Health | null {
  const { data } = useQuery({ ...healthQuery(useQueryClient()), enabled: false });
  const { phase } = useConnection();
  if (!data || data.status === "ready") return null;
  // One request may get lost, while frames still arrive or the page has hardly begun.
  const hopeful = phase === "live" || phase === "connecting";
  return data.status === "unreachable" && data.misses < 2 && hopeful ? null : data;
}
