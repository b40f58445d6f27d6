import type { ListedJob } from "@/types/api";
import { reasonWords, shownState, stateWord } from "@/lib/job-states";
import classes from "./state-badge.module.css";
import { StateIcon } from "./state-icon";

type StateBadgeProps = { job: Pick<ListedJob, "state" | "terminate_requested_at" | "reason"> };

/** Icon, word and colour: no one of them alone. */
export function StateBadge({ job }: StateBadgeProps) {
  const state = shownState(job);
  return (
    <span className={classes.badge} data-shown-state={state}>
      <StateIcon state={state} size={14} />
      {stateWord(state)}
      {state === "failed" && job.reason && job.reason !== "error" && (
        <span className={classes.reason}> · {reasonWords(job.reason)}</span>
      )}
    </span>
  );
}
