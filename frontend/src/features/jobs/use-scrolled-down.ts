import { useSyncExternalStore } from "react";

/** Up to this scroll position the user is at the top. */
const MAX_TOP_PX = 24;

/** Returns whether the page is scrolled down. */
export function useScrolledDown(): boolean {
  return useSyncExternalStore(subscribe, () => window.scrollY > MAX_TOP_PX);
}

function subscribe(notify: () => void): () => void {
  window.addEventListener("scroll", notify, { passive: true });
  return () => window.removeEventListener("scroll", notify);
}
