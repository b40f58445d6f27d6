export type Toast = { id: number; tone: "good" | "bad"; text: string };

const GOOD_MS = 4_000;
const BAD_MS = 12_000;

let toasts: readonly Toast[] = [];
let lastId = 0;
const watchers = new Set<() => void>();

export function toast(tone: Toast["tone"], text: string): void {
  const id = (lastId += 1);
  change([...toasts, { id, tone, text }].slice(-4));
  window.setTimeout(() => dismissToast(id), tone === "good" ? GOOD_MS : BAD_MS);
}

export function dismissToast(id: number): void {
  change(toasts.filter((each) => each.id !== id));
}

export function currentToasts(): readonly Toast[] {
  return toasts;
}

export function subscribeToToasts(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

function change(next: readonly Toast[]): void {
  toasts = next;
  for (const watcher of watchers) watcher();
}
