import type { ListedJob } from "@/types/api";
import { formatReason, formatState, getDisplayState } from "@/lib/job-states";
import classes from "./state-badge.module.css";
import { StateIcon } from "./state-icon";

type StateBadgeProps = { job: Pick<ListedJob, "state" | "terminate_requested_at" | "reason"> };

/** Shows a state by icon, word and colour, so that it does not depend on colour alone. */
export function StateBadge({ job }: StateBadgeProps) {
  const state = getDisplayState(job);
  return (
    <span className={classes.badge} data-shown-state={state}>
      <StateIcon state={state} size={14} />
      {formatState(state)}
      {state === "failed" && job.reason && job.reason !== "error" && (
        <span className={classes.reason}> · {formatReason(job.reason)}</span>
      )}
    </span>
  );
}
