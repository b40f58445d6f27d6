/**
 * Runs `work` now, or after the click that is being made: what moves the page between press and release makes the click miss.
 */
export function whenReleased(work: () => void): void {
  if (document.querySelector(":active") === null) work();
  else window.addEventListener("pointerup", () => window.setTimeout(work), { once: true });
}
