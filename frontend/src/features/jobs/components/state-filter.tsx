import { StateIcon } from "@/components/state-icon";
import { stateWord } from "@/lib/job-states";
import { JOB_STATES, type JobState } from "@/types/api";
import { useJobCounts } from "../api/count-jobs";
import type { JobFilterState } from "../use-job-filters";
import classes from "./state-filter.module.css";

/** The states with how many jobs are in each; pressing one narrows the list to it. */
export function StateFilter({ state }: { state: JobFilterState }) {
  const { data } = useJobCounts(state.filters);
  const shown = (job: JobState): string => {
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
          <span>{stateWord(name)}</span>
          <span className={classes.count}>{shown(name)}</span>
        </button>
      ))}
    </div>
  );
}
