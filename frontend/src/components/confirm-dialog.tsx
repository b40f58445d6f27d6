import { Button } from "@mantine/core";
import type { UseMutationResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { showToast } from "@/lib/toast";
import { closeDialog, Dialog, DialogActions } from "./dialog";
import { ErrorNote } from "./error-note";

type ConfirmDialogProps = {
  title: string;
  /** What happens. */
  children: ReactNode;
  keep: string;
  confirm: string;
  /** The title of the note if it fails. */
  failed: string;
  /** The message after a success. */
  done: string;
  mutation: UseMutationResult<unknown, Error, void>;
  onClose: () => void;
};

/** Asks before something that takes things away from somebody. It stays open if that fails. */
export function ConfirmDialog({ title, children, keep, confirm, failed, done, mutation, onClose }: ConfirmDialogProps) {
  const run = (button: Element): void => {
    if (mutation.isPending || mutation.isSuccess) return;
    mutation.mutate(undefined, {
      onSuccess: () => {
        closeDialog(button);
        showToast("good", done);
      },
    });
  };
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      {mutation.error && <ErrorNote title={failed} error={mutation.error} />}
      <DialogActions>
        <Button variant="default" onClick={(event) => closeDialog(event.currentTarget)}>
          {keep}
        </Button>
        <Button color="red" loading={mutation.isPending} onClick={(event) => run(event.currentTarget)}>
          {mutation.error ? "Retry" : confirm}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
