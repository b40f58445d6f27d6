/** One websocket that comes back by itself: back-off with jitter, a watch over silence, tickets for a UI hosted elsewhere. */
import { WebSocket as ReconnectingWebSocket } from "partysocket";

import type { ListedJob, LogLine } from "@/types/api";
import { request } from "./api-client";
import { sameOrigin, socketUrl, type Query } from "./env";
import { parseJson } from "./json";

export type JobFrame = {
  notification_type: "job_created" | "job_started" | "job_progress" | "job_terminated";
  seq: number;
  data: ListedJob;
};
export type LogFrame = { notification_type: "job_log"; seq: number; data: ListedJob & { lines: LogLine[]; next: number } };
/** `live: false`: the server itself cannot receive events right now. */
export type SyncFrame = { notification_type: "sync"; seq: number; data: { server_time: string; live: boolean } };
export type PingFrame = { notification_type: "ping"; seq: number };
export type Frame = JobFrame | LogFrame | SyncFrame | PingFrame;

export type SocketHandlers = {
  onOpen?: () => void;
  onFrames: (frames: Frame[]) => void;
  /** `failures`: attempts that failed since the socket was last open. */
  onDown?: (failures: number, closeCode: number) => void;
};

export type JobSocket = { close: () => void; retryNow: () => void };

/** The server pings every 15 s: twice that without a word means the line is dead though nobody said so. */
const SILENCE_MS = 30_000;

export function openJobSocket(query: Query, handlers: SocketHandlers): JobSocket {
  const socket = new ReconnectingWebSocket(() => addressFor(query), null, {
    minReconnectionDelay: 1_000 + Math.random() * 500,
    maxReconnectionDelay: 30_000,
    reconnectionDelayGrowFactor: 1.8,
    connectionTimeout: 10_000,
    minUptime: 2_000,
  });
  let failures = -1;
  let silence: number | undefined;
  const heard = (): void => {
    window.clearTimeout(silence);
    silence = window.setTimeout(() => socket.reconnect(), SILENCE_MS);
  };
  socket.addEventListener("open", () => {
    failures = -1;
    heard();
    handlers.onOpen?.();
  });
  socket.addEventListener("message", (event) => {
    heard();
    handlers.onFrames(readFrames(event.data));
  });
  socket.addEventListener("close", (event) => {
    window.clearTimeout(silence);
    failures += 1;
    handlers.onDown?.(Math.max(failures, 1), event.code);
  });
  return {
    close: () => {
      window.clearTimeout(silence);
      socket.close();
    },
    retryNow: () => {
      if (socket.readyState !== socket.OPEN) socket.reconnect();
    },
  };
}

async function addressFor(query: Query): Promise<string> {
  if (sameOrigin) return socketUrl(query);
  // Cookies of another host do not travel with a handshake; without a ticket it is refused and tried again later.
  const ticket = await request<{ ticket: string }>("POST", "ws-tickets/").catch(() => null);
  return socketUrl({ ...query, ticket: ticket?.ticket });
}

/** A frame, or with `batch` an array of them. */
function readFrames(text: unknown): Frame[] {
  const parsed = parseJson(String(text));
  return (Array.isArray(parsed) ? parsed : [parsed]) as Frame[];
}
