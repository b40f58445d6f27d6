import { useMemo } from "react";
import { useSearchParams } from "react-router";

import type { JobFilters } from "@/lib/query-keys";

export type JobFilterState = {
  filters: JobFilters;
  any: boolean;
  toggle: (name: "state" | "job_type", value: string) => void;
  search: (text: string) => void;
  /** Shows the jobs of all series again. */
  leaveSeries: () => void;
  clear: () => void;
};

/** The list's filters live in the address, under the API's own names. */
export function useJobFilters(): JobFilterState {
  const [params, setParams] = useSearchParams();
  const filters = useMemo<JobFilters>(
    () => ({
      // A blank one is no filter: the server would refuse it.
      state: params.getAll("state").filter(Boolean),
      job_type: params.getAll("job_type").filter(Boolean),
      search: params.get("search") ?? "",
      series: params.get("series") ?? "",
    }),
    [params],
  );
  return {
    filters,
    any: filters.state.length + filters.job_type.length + filters.search.length + filters.series.length > 0,
    toggle: (name, value) => {
      const had = params.getAll(name);
      setParams(withValues(params, name, had.includes(value) ? had.filter((each) => each !== value) : [...had, value]));
    },
    // Typing is one step of the history, not one a letter.
    search: (text) => setParams(withValues(params, "search", text ? [text] : []), { replace: true }),
    leaveSeries: () => setParams(withValues(params, "series", [])),
    clear: () => setParams({}),
  };
}

function withValues(params: URLSearchParams, name: string, values: readonly string[]): URLSearchParams {
  const next = new URLSearchParams(params);
  next.delete(name);
  for (const value of values) next.append(name, value);
  return next;
}
