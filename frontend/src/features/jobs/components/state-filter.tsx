import { StateIcon } from "@/components/state-icon";
import { formatState } from "@/lib/job-states";
import { JOB_STATES, type JobState } from "@/types/api";
import { useJobCounts } from "../api/count-jobs";
import type { JobFilterState } from "../use-job-filters";
import classes from "./state-filter.module.css";

/** Buttons that filter by state, each with its number of jobs. */
export function StateFilter({ state }: { state: JobFilterState }) {
  const { data } = useJobCounts(state.filters);
  const formatCount = (job: JobState): string => {
    const count = data?.counts[job] ?? 0;
    return data ? `${count.toLocaleString()}${data.capped && count > 0 ? "+" : ""}` : "–";
  };
  return (
    <div className={classes.states} role="group" aria-label="States">
      {JOB_STATES.map((name) => (
        <button
          key={name}
          type="button"
          className={classes.state}
          data-shown-state={name}
          aria-pressed={state.filters.state.includes(name)}
          onClick={() => state.toggle("state", name)}
        >
          <StateIcon state={name} size={16} />
          <span>{formatState(name)}</span>
          <span className={classes.count}>{formatCount(name)}</span>
        </button>
      ))}
    </div>
  );
}
