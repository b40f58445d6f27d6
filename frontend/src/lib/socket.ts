/** A websocket that reconnects with backoff and jitter, detects dead connections, and uses tickets on other origins. */
import { WebSocket as ReconnectingWebSocket } from "partysocket";

import type { ListedJob, LogLine } from "@/types/api";
import { request } from "./api-client";
import { buildSocketUrl, sameOrigin, type Query } from "./env";
import { parseJson } from "./json";

export type JobFrame = {
  notification_type: "job_created" | "job_started" | "job_progress" | "job_terminated";
  seq: number;
  data: ListedJob;
};
export type LogFrame = { notification_type: "job_log"; seq: number; data: ListedJob & { lines: LogLine[]; next: number } };
/** `live: false`: the server itself cannot receive events at this moment. */
export type SyncFrame = { notification_type: "sync"; seq: number; data: { server_time: string; live: boolean } };
export type PingFrame = { notification_type: "ping"; seq: number };
export type Frame = JobFrame | LogFrame | SyncFrame | PingFrame;

export type SocketHandlers = {
  onOpen?: () => void;
  onFrames: (frames: Frame[]) => void;
  /** `failures`: the number of failed attempts since the socket was last open. */
  onDown?: (failures: number, closeCode: number) => void;
};

export type JobSocket = { close: () => void; retryNow: () => void };

/** The server pings every 15 s. Two missing pings mean that the connection is dead although it was not closed. */
const MAX_SILENCE_MS = 30_000;

/** Opens the socket and passes its frames to the handlers until `close` is called. */
export function openJobSocket(query: Query, handlers: SocketHandlers): JobSocket {
  const socket = new ReconnectingWebSocket(() => buildAddress(query), null, {
    minReconnectionDelay: 1_000 + Math.random() * 500,
    maxReconnectionDelay: 30_000,
    reconnectionDelayGrowFactor: 1.8,
    connectionTimeout: 10_000,
    minUptime: 2_000,
  });
  let failures = -1;
  let silenceTimer: number | undefined;
  const restartSilenceTimer = (): void => {
    window.clearTimeout(silenceTimer);
    silenceTimer = window.setTimeout(() => socket.reconnect(), MAX_SILENCE_MS);
  };
  socket.addEventListener("open", () => {
    failures = -1;
    restartSilenceTimer();
    handlers.onOpen?.();
  });
  socket.addEventListener("message", (event) => {
    restartSilenceTimer();
    handlers.onFrames(parseFrames(event.data));
  });
  socket.addEventListener("close", (event) => {
    window.clearTimeout(silenceTimer);
    failures += 1;
    handlers.onDown?.(Math.max(failures, 1), event.code);
  });
  return {
    close: () => {
      window.clearTimeout(silenceTimer);
      socket.close();
    },
    retryNow: () => {
      if (socket.readyState !== socket.OPEN) socket.reconnect();
    },
  };
}

async function buildAddress(query: Query): Promise<string> {
  if (sameOrigin) return buildSocketUrl(query);
  // Browsers send no cookies of another host with a handshake. Without a ticket the server refuses it; it is retried later.
  const ticket = await request<{ ticket: string }>("POST", "ws-tickets/").catch(() => null);
  return buildSocketUrl({ ...query, ticket: ticket?.ticket });
}

/** Parses a message: one frame, or an array of them if the query has `batch`. */
function parseFrames(text: unknown): Frame[] {
  const parsed = parseJson(String(text));
  return (Array.isArray(parsed) ? parsed : [parsed]) as Frame[];
}
