import { Button, Skeleton } from "@mantine/core";

import { closeDialog, Dialog, DialogActions } from "@/components/dialog";
import { ErrorNote } from "@/components/error-note";
import { isStatus } from "@/lib/api-error";
import { showToast } from "@/lib/toast";
import { useChanges } from "../api/get-changes";
import { useRollBackTemplate } from "../api/roll-back-template";
import { ChangeList } from "@/components/change-list";
import { ProblemItem } from "./problem-item";

type RollbackDialogProps = { type: string; version: number; newest: number; onClose: () => void };

/** Shows the changes of a rollback and performs it after a confirmation. */
export function RollbackDialog({ type, version, newest, onClose }: RollbackDialogProps) {
  const changes = useChanges(type, newest, version);
  const rollBack = useRollBackTemplate(type);
  const incompatible = isStatus(rollBack.error, 409) ? rollBack.error.problems.filter(({ code }) => code === "would_not_pass") : [];
  const confirm = (button: Element): void => {
    if (rollBack.isPending || rollBack.isSuccess) return;
    rollBack.mutate(
      { version, newest, pinIncompatible: incompatible.length > 0 },
      {
        onSuccess: ({ meta }) => {
          closeDialog(button);
          showToast("good", meta.version === newest ? "Nothing to change" : `Version ${meta.version} is as version ${version} was`);
        },
      },
    );
  };
  return (
    <Dialog title={`Go back to version ${version}?`} onClose={onClose} wide>
      <p>A new version is made with its document. New jobs are made from that; series move to it.</p>
      {changes.isPending && <Skeleton height={40} />}
      {changes.error && <ErrorNote title="The changes could not be read" error={changes.error} onRetry={() => void changes.refetch()} />}
      {changes.data && (changes.data.length === 0 ? <p>No difference.</p> : <ChangeList changes={changes.data} />)}
      {incompatible.length > 0 && (
        <section role="alert" aria-label="Jobs that are under way would not pass">
          <p>Jobs that are under way would not pass:</p>
          <ul>
            {incompatible.map((problem, index) => (
              <ProblemItem key={index} problem={problem} />
            ))}
          </ul>
        </section>
      )}
      {rollBack.error && incompatible.length === 0 && <ErrorNote title="It was not changed" error={rollBack.error} />}
      <DialogActions>
        <Button variant="default" onClick={(event) => closeDialog(event.currentTarget)}>
          Keep version {newest}
        </Button>
        <Button loading={rollBack.isPending} onClick={(event) => confirm(event.currentTarget)}>
          {incompatible.length > 0 ? "Go back, and keep these on their version" : `Go back to version ${version}`}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
