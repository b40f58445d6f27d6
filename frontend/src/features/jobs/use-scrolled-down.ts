import { useSyncExternalStore } from "react";

/** Less than this is still "at the top". */
const TOP_PX = 24;

export function useScrolledDown(): boolean {
  return useSyncExternalStore(subscribe, () => window.scrollY > TOP_PX);
}

function subscribe(notify: () => void): () => void {
  window.addEventListener("scroll", notify, { passive: true });
  return () => window.removeEventListener("scroll", notify);
}
