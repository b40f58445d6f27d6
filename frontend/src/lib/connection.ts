/** What the page knows about being live: one small store, written by the live updates, read by the chip in the top bar. */
import { useSyncExternalStore } from "react";

/**
 * `connecting`: first try; `live`: events arrive; `reconnecting`: the socket is down, for less than three tries;
 * `not_live`: events cannot arrive (socket down for longer, or the server says so), REST is polled instead.
 */
export type Phase = "connecting" | "live" | "reconnecting" | "not_live";

/** `dataAt`: when the server was last heard (milliseconds since 1970); null before the first answer. */
export type Connection = { phase: Phase; dataAt: number | null; online: boolean };

let connection: Connection = { phase: "connecting", dataAt: null, online: navigator.onLine };
const watchers = new Set<() => void>();

export function setConnection(change: Partial<Connection>): void {
  const next = { ...connection, ...change };
  const seen = next.phase !== connection.phase || next.online !== connection.online || next.phase !== "live";
  connection = next;
  // While all is well the time of the last frame is on no screen: no need to draw anything again.
  if (seen) for (const watcher of watchers) watcher();
}

export function getConnection(): Connection {
  return connection;
}

function subscribe(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

export function useConnection(): Connection {
  return useSyncExternalStore(subscribe, getConnection);
}
