import { useId } from "react";

import { SignInForm } from "./sign-in-form";
import classes from "./sign-in-dialog.module.css";

/** Over the page whose session ended. Escape does not close it: without a session there is nothing to go back to. */
export function SignInDialog({ username }: { username: string }) {
  const titleId = useId();
  return (
    <dialog
      ref={open}
      className={classes.dialog}
      aria-labelledby={titleId}
      onCancel={(event) => event.preventDefault()}
      onClose={(event) => event.currentTarget.showModal()}
    >
      <h2 id={titleId} className={classes.title}>
        Your session has ended
      </h2>
      <p className={classes.words}>Sign in again to go on; the page stays as it is.</p>
      {/* Somebody else must not see what this page had loaded. */}
      <SignInForm username={username} onSignedIn={(name) => name !== username && window.location.reload()} />
    </dialog>
  );
}

/** The name is filled in already. */
function open(dialog: HTMLDialogElement | null): void {
  if (!dialog || dialog.open) return;
  dialog.showModal();
  dialog.querySelector<HTMLInputElement>("[name=password]")?.focus();
}
