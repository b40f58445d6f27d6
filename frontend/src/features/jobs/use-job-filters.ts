import { useMemo } from "react";
import { useSearchParams } from "react-router";

import type { JobFilters } from "@/lib/query-keys";

export type JobFilterState = {
  filters: JobFilters;
  any: boolean;
  toggle: (name: "state" | "job_type", value: string) => void;
  search: (text: string) => void;
  /** Removes the filter by series. */
  leaveSeries: () => void;
  clear: () => void;
};

/** Reads and changes the filters of the list. They are in the address, under the API's names. */
export function useJobFilters(): JobFilterState {
  const [params, setParams] = useSearchParams();
  const filters = useMemo<JobFilters>(
    () => ({
      // The server refuses blank filters.
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
      setParams(replaceValues(params, name, had.includes(value) ? had.filter((each) => each !== value) : [...had, value]));
    },
    // Typing must not add an entry to the browser's history for each letter.
    search: (text) => setParams(replaceValues(params, "search", text ? [text] : []), { replace: true }),
    leaveSeries: () => setParams(replaceValues(params, "series", [])),
    clear: () => setParams({}),
  };
}

function replaceValues(params: URLSearchParams, name: string, values: readonly string[]): URLSearchParams {
  const next = new URLSearchParams(params);
  next.delete(name);
  for (const value of values) next.append(name, value);
  return next;
}
