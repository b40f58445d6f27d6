import type { ListedJob } from "@/types/api";
import { reasonWords, shownState, stateIcon, stateWord } from "../job-states";
import classes from "./state-badge.module.css";

type StateBadgeProps = { job: Pick<ListedJob, "state" | "terminate_requested_at" | "reason"> };

/** Icon, word and colour: no one of them alone. */
export function StateBadge({ job }: StateBadgeProps) {
  const state = shownState(job);
  const Icon = stateIcon(state);
  return (
    <span className={classes.badge} data-shown-state={state}>
      <Icon size={14} stroke={2} aria-hidden />
      {stateWord(state)}
      {state === "failed" && job.reason && job.reason !== "error" && (
        <span className={classes.reason}> · {reasonWords(job.reason)}</span>
      )}
    </span>
  );
}
