/** Stores the state of the live connection. The live updates write it; the chip in the top bar shows it. */
import { useSyncExternalStore } from "react";

/**
 * `connecting`: first attempt; `live`: events arrive; `reconnecting`: the socket is down, for fewer than three attempts;
 * `not_live`: events cannot arrive (the socket is down for longer, or the server says so), so REST is polled instead.
 */
export type ConnectionPhase = "connecting" | "live" | "reconnecting" | "not_live";

/** `dataAt`: the time of the server's last message (milliseconds since 1970); null before the first one. */
export type Connection = { phase: ConnectionPhase; dataAt: number | null; online: boolean };

let connection: Connection = { phase: "connecting", dataAt: null, online: navigator.onLine };
const listeners = new Set<() => void>();

/** Changes the stored state and notifies the components that show it. */
export function setConnection(change: Partial<Connection>): void {
  const next = { ...connection, ...change };
  const isVisible = next.phase !== connection.phase || next.online !== connection.online || next.phase !== "live";
  connection = next;
  // A live connection does not show `dataAt`, so a change of it alone needs no re-render.
  if (isVisible) for (const listener of listeners) listener();
}

export function getConnection(): Connection {
  return connection;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useConnection(): Connection {
  return useSyncExternalStore(subscribe, getConnection);
}
