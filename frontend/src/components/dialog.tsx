import type { ReactNode } from "react";
import { useId } from "react";

import classes from "./dialog.module.css";

type DialogProps = { title: string; onClose: () => void; wide?: boolean; children: ReactNode };

/** The browser's modal dialog, which keeps the focus inside and restores it. It is open as long as it is rendered. */
export function Dialog({ title, onClose, wide = false, children }: DialogProps) {
  const titleId = useId();
  return (
    <dialog
      ref={open}
      className={classes.dialog}
      data-wide={wide || undefined}
      aria-labelledby={titleId}
      onClose={onClose}
      // A click whose target is the dialog itself was on the backdrop.
      onClick={(event) => event.target === event.currentTarget && event.currentTarget.close()}
    >
      <div className={classes.inside}>
        <h2 id={titleId} className={classes.title}>
          {title}
        </h2>
        {children}
      </div>
    </dialog>
  );
}

/** The row of buttons at the end of a dialog. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className={classes.actions}>{children}</div>;
}

/** Closes the dialog around an element, as Escape does: the focus returns to where it was. */
export function closeDialog(inside: Element): void {
  inside.closest("dialog")?.close();
}

function open(dialog: HTMLDialogElement | null): void {
  if (dialog && !dialog.open) dialog.showModal();
}
