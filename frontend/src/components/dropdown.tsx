import type { ReactNode } from "react";
import { useId } from "react";

import classes from "./dropdown.module.css";

type DropdownProps = {
  /** Renders the button; the given attributes make it open and close the panel. */
  trigger: (opens: { popoverTarget: string }) => ReactNode;
  label: string;
  align?: "start" | "end";
  children: ReactNode;
};

/** A panel below its button, with the browser's popover: Escape and a click outside close it. */
export function Dropdown({ trigger, label, align = "start", children }: DropdownProps) {
  const id = useId();
  return (
    <>
      {trigger({ popoverTarget: id })}
      <div id={id} popover="auto" role="group" aria-label={label} className={classes.panel} data-align={align}>
        {children}
      </div>
    </>
  );
}

/** Closes the panel around an element. */
export function closeDropdown(inside: Element): void {
  inside.closest<HTMLElement>("[popover]")?.hidePopover();
}
