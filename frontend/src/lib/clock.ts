/** Estimates the server's clock, and re-renders running durations once a second with one shared timer. */
import { useSyncExternalStore } from "react";

let serverOffset = 0;

/** Corrects the clock by the server's time: with a wrong clock the browser would show wrong durations of running jobs. */
export function setServerTime(serverTime: string): void {
  const difference = Date.parse(serverTime) - Date.now();
  // A difference below two seconds is network delay, not a wrong clock.
  if (Number.isFinite(difference)) serverOffset = Math.abs(difference) > 2_000 ? difference : 0;
}

/** Returns the server's time in milliseconds since 1970. */
export function getServerNow(): number {
  return Date.now() + serverOffset;
}

/** By the browser's clock, so that a corrected offset does not change durations that were measured with it. */
let currentSecond = Date.now();
let timer: number | undefined;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  // The timer stood still while nothing was subscribed.
  if (timer === undefined) currentSecond = Date.now();
  timer ??= window.setInterval(() => {
    currentSecond = Date.now();
    for (const each of listeners) each();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  };
}

/** Returns the server's time in milliseconds since 1970 and re-renders every second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => currentSecond + serverOffset);
}

/** Returns the milliseconds since a time that was taken with Date.now(), and re-renders every second. */
export function useElapsed(since: number): number {
  return Math.max(0, useSyncExternalStore(subscribe, () => currentSecond) - since);
}
