export type Toast = { id: number; tone: "good" | "bad"; text: string };

const MAX_TOASTS = 4;
const GOOD_TOAST_MS = 4_000;
const BAD_TOAST_MS = 12_000;

let toasts: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

/** Shows a message in the corner of the page for some seconds. */
export function showToast(tone: Toast["tone"], text: string): void {
  const id = (lastId += 1);
  setToasts([...toasts, { id, tone, text }].slice(-MAX_TOASTS));
  window.setTimeout(() => dismissToast(id), tone === "good" ? GOOD_TOAST_MS : BAD_TOAST_MS);
}

export function dismissToast(id: number): void {
  setToasts(toasts.filter((each) => each.id !== id));
}

export function getToasts(): readonly Toast[] {
  return toasts;
}

export function subscribeToToasts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function setToasts(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}
