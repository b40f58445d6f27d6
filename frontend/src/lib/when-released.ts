/**
 * Runs `work` now, or after the current click: a layout change between press and release would make the click miss.
 */
export function runAfterClick(work: () => void): void {
  if (document.querySelector(":active") === null) work();
  else window.addEventListener("pointerup", () => window.setTimeout(work), { once: true });
}
