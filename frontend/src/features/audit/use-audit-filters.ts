import { useMemo } from "react";
import { useSearchParams } from "react-router";

import type { AuditFilters } from "@/lib/query-keys";

const NAMES = ["actor", "action", "object", "via", "after", "before"] as const satisfies (keyof AuditFilters)[];

export type AuditFilterState = { filters: AuditFilters; any: boolean; set: (filters: AuditFilters) => void; clear: () => void };

/** Reads and changes the filters of the audit trail. They are in the address, under the API's names. */
export function useAuditFilters(): AuditFilterState {
  const [params, setParams] = useSearchParams();
  const filters = useMemo(() => {
    const [actor, action, object, via, after, before] = NAMES.map((name) => params.get(name) ?? "");
    return { actor, action, object, via, after, before } as AuditFilters;
  }, [params]);
  return {
    filters,
    any: NAMES.some((name) => filters[name] !== ""),
    set: (chosen) => {
      const next = new URLSearchParams();
      for (const name of NAMES) if (chosen[name].trim()) next.set(name, chosen[name].trim());
      setParams(next);
    },
    clear: () => setParams({}),
  };
}
