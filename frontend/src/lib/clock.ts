/** The server's clock as this browser sees it, and a shared second hand for what counts while it is looked at. */
import { useSyncExternalStore } from "react";

let offset = 0;

/** A browser whose clock is wrong would show running jobs as minutes old. */
export function setServerTime(serverTime: string): void {
  const difference = Date.parse(serverTime) - Date.now();
  // Under two seconds it is the network's delay, not a wrong clock.
  if (Number.isFinite(difference)) offset = Math.abs(difference) > 2_000 ? difference : 0;
}

export function now(): number {
  return Date.now() + offset;
}

/** By the browser's own clock, so that a correction of the offset moves nothing that was noted by it. */
let second = Date.now();
let timer: number | undefined;
const watchers = new Set<() => void>();

function subscribe(watcher: () => void): () => void {
  watchers.add(watcher);
  // Nobody looked at it for a while.
  if (timer === undefined) second = Date.now();
  timer ??= window.setInterval(() => {
    second = Date.now();
    for (const each of watchers) each();
  }, 1_000);
  return () => {
    watchers.delete(watcher);
    if (watchers.size > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  };
}

/** Milliseconds since 1970, renewed every second, one timer for the whole page. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => second + offset);
}

/** Milliseconds since what was noted with Date.now(). */
export function useElapsed(since: number): number {
  return Math.max(0, useSyncExternalStore(subscribe, () => second) - since);
}
