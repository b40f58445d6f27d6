import { Button, TextInput } from "@mantine/core";
import { useState, type ReactNode } from "react";

import { closeDialog, Dialog, DialogActions } from "@/components/dialog";
import { ErrorNote } from "@/components/error-note";
import classes from "@/components/form.module.css";
import { hasCode } from "@/lib/api-error";
import { getFieldError, getOtherError } from "@/lib/field-errors";
import type { Proof } from "../api/factors";

type ProofDialogProps = {
  title: string;
  /** What happens. */
  words: ReactNode;
  confirm: string;
  removes: boolean;
  asksForPassword: boolean;
  error: Error | null;
  isPending: boolean;
  onSend: (proof: Proof, onSuccess: () => void) => void;
  onClose: () => void;
};

/** Asks before a change of second factors, and for the password once the server wants it. It stays open if that fails. */
export function ProofDialog({ title, words, confirm, removes, asksForPassword, error, isPending, onSend, onClose }: ProofDialogProps) {
  const [password, setPassword] = useState("");
  const other = getOtherError(error, ["password"]);
  const wrong = hasCode(error, "password_needed") ? undefined : getFieldError(error, "password");
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          const form = event.currentTarget;
          event.preventDefault();
          onSend(asksForPassword ? { password } : {}, () => closeDialog(form));
        }}
      >
        {words}
        {other && <ErrorNote title="Nothing was changed" error={other} />}
        {asksForPassword && (
          <TextInput
            label="Your current password"
            type="password"
            autoComplete="current-password"
            autoFocus
            required
            withAsterisk={false}
            value={password}
            error={wrong}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
        )}
        <DialogActions>
          <Button variant="default" onClick={(event) => closeDialog(event.currentTarget)}>
            Cancel
          </Button>
          <Button type="submit" {...(removes && { color: "red" })} loading={isPending}>
            {confirm}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
