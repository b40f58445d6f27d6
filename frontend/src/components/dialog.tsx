import type { ReactNode } from "react";
import { useId, useRef } from "react";

import classes from "./dialog.module.css";

type DialogProps = {
  title: string;
  onClose: () => void;
  wide?: boolean;
  /** `close` closes it as Escape does: focus goes back to where it was. */
  children: (close: () => void) => ReactNode;
};

/** The browser's own modal dialog: it keeps focus inside and gives it back. Open as long as it is rendered. */
export function Dialog({ title, onClose, wide = false, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const show = (dialog: HTMLDialogElement | null): void => {
    element.current = dialog;
    if (dialog && !dialog.open) dialog.showModal();
  };
  const close = (): void => element.current?.close();
  return (
    <dialog
      ref={show}
      className={classes.dialog}
      data-wide={wide || undefined}
      aria-labelledby={titleId}
      onClose={onClose}
      onClick={(event) => event.target === element.current && close()}
    >
      <div className={classes.inside}>
        <h2 id={titleId} className={classes.title}>
          {title}
        </h2>
        {children(close)}
      </div>
    </dialog>
  );
}

/** The row of buttons at the end of a dialog. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className={classes.actions}>{children}</div>;
}
