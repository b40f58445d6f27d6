import { useId } from "react";

import type { Session } from "@/types/api";
import classes from "./sign-in-dialog.module.css";
import { SignInWays } from "./sign-in-ways";

/** Shown over the page when the session has ended. Escape does not close it, because the page needs a session. */
export function SignInDialog({ username, session }: { username: string; session: Session }) {
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
      <p className={classes.words}>
        {session.local_sign_in ? "Sign in again to go on; the page stays as it is." : "Sign in again to go on."}
      </p>
      {/* Another user must not see the data that this page has loaded. */}
      <SignInWays
        session={session}
        username={username}
        onSignedIn={(name) => name !== username && window.location.reload()}
      />
    </dialog>
  );
}

/** Opens the dialog and focuses the password: the user name is already filled in. */
function open(dialog: HTMLDialogElement | null): void {
  if (!dialog || dialog.open) return;
  dialog.showModal();
  dialog.querySelector<HTMLInputElement>("[name=password]")?.focus();
}
