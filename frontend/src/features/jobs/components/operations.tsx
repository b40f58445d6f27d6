import { Button } from "@mantine/core";
import { useState } from "react";

import { describeError } from "@/lib/api-error";
import { useMaySomewhere } from "@/lib/job-rights";
import { showToast } from "@/lib/toast";
import type { Operation } from "@/types/api";
import { useCancelOperation, useOperations } from "../api/operations";
import { computeOperationPercent, describeOperation } from "../many-jobs-text";
import classes from "./many-jobs.module.css";

/** Shows the background operations of all users. An operation that ends while the page is open stays until it is dismissed. */
export function Operations() {
  const operations = useOperations();
  // Operations that had ended before the page was opened are not shown.
  const [hidden, setHidden] = useState<readonly string[] | null>(null);
  if (hidden === null && operations.data) {
    setHidden(operations.data.filter(({ state }) => state !== "running").map(({ id }) => id));
  }
  const shown = operations.data?.filter(({ id }) => !(hidden ?? [id]).includes(id)) ?? [];
  if (shown.length === 0) return null;
  return (
    <ul className={classes.operations} aria-label="Work on many jobs">
      {shown.map((operation) => (
        <OperationItem key={operation.id} operation={operation} onDismiss={() => setHidden([...(hidden ?? []), operation.id])} />
      ))}
    </ul>
  );
}

function OperationItem({ operation, onDismiss }: { operation: Operation; onDismiss: () => void }) {
  const mayCancel = useMaySomewhere("run");
  const cancel = useCancelOperation(operation.id);
  const running = operation.state === "running";
  const percent = computeOperationPercent(operation);
  const cancelIt = (): void => {
    if (cancel.isPending) return;
    cancel.mutate(undefined, { onError: (error) => showToast("bad", `It was not cancelled. ${describeError(error)}`) });
  };
  return (
    <li className={classes.operation} data-operation={operation.id} data-state={operation.state}>
      {/* Screen readers announce only the end: every change of a number would be too much. */}
      <span className={classes.sentence} role={running ? undefined : "status"}>
        {describeOperation(operation)}
      </span>
      {running && (
        <div
          className={classes.track}
          role="progressbar"
          aria-label={operation.kind === "terminate" ? "Terminating jobs" : "Running jobs again"}
          aria-valuenow={percent}
          aria-valuemin={0}
          aria-valuemax={100}
        >
          <div className={classes.bar} style={{ width: `${percent}%` }} />
        </div>
      )}
      {running && mayCancel && (
        <Button size="compact-sm" variant="default" fw={500} loading={cancel.isPending} onClick={cancelIt}>
          Cancel
        </Button>
      )}
      {!running && (
        <Button size="compact-sm" variant="default" fw={500} onClick={onDismiss}>
          Dismiss
        </Button>
      )}
    </li>
  );
}
