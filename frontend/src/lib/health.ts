/** Whether the platform runs jobs, as `/health/ready` tells it: asked by the shell, read by whatever shows it. */
import { queryOptions, type QueryClient } from "@tanstack/react-query";

import { healthUrl } from "./env";
import { isObject } from "./json";
import { readJson } from "./json-reader";
import { queryKeys } from "./query-keys";

/** `unavailable`: no job can be created; `degraded`: jobs are created and may not run; `unreachable`: no server responds. */
export type HealthStatus = "ready" | "degraded" | "unavailable" | "unreachable";

/** `since`: when this page first saw it, by the browser's clock; `atLeast`: it may have been so before. */
export type PlatformProblem = { code: string; detail: string; since: number; atLeast: boolean };

/** `misses`: how often in a row nothing responded. */
export type Health = { status: HealthStatus; problems: readonly PlatformProblem[]; checkedAt: number; misses: number };

const POLL_MS = 10_000;
const POLL_WHILE_UNREACHABLE_MS = 3_000;
/** It is to respond within 2 s, whatever is hung behind it. */
const PATIENCE_MS = 8_000;
/** A look that is older does not tell since when something is so. */
const RECENT_MS = 3 * POLL_MS;

const SENTENCES: Record<Exclude<HealthStatus, "ready">, string> = {
  degraded: "Jobs are accepted, but some of them may not run at the moment.",
  unavailable: "No job can be created or changed at the moment.",
  unreachable: "What this page shows may be out of date. It goes on by itself when the server is back.",
};

/** For the one place that polls; others read what it found with `enabled: false`. */
export function healthQuery(client: QueryClient) {
  return queryOptions({
    queryKey: queryKeys.health,
    queryFn: ({ signal }) => askHealth(client.getQueryData<Health>(queryKeys.health), signal),
    refetchInterval: ({ state }) => (state.data?.status === "unreachable" ? POLL_WHILE_UNREACHABLE_MS : POLL_MS),
    staleTime: 0,
    networkMode: "always",
  });
}

async function askHealth(before: Health | undefined, signal: AbortSignal): Promise<Health> {
  try {
    const init: RequestInit = { credentials: "include", cache: "no-store", headers: { Accept: "application/json" } };
    const response = await fetch(healthUrl, { ...init, signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]) });
    return readHealth(response.status, await response.text(), before);
  } catch (error) {
    if (signal.aborted) throw error;
    return readHealth(null, "", before);
  }
}

/** `httpStatus` is null where nothing responded. A body of another shape is no reason to worry anybody. */
export function readHealth(httpStatus: number | null, body: string, before: Health | undefined, now = Date.now()): Health {
  const { value } = readJson(body);
  const status = statusIn(httpStatus, isObject(value) ? value.status : undefined);
  const told = isObject(value) && Array.isArray(value.problems) ? value.problems.flatMap(problemIn) : [];
  const problems = status === "ready" || status === "unreachable" ? [] : told;
  const shown = problems.length > 0 || status === "ready" ? problems : [{ code: status, detail: SENTENCES[status] }];
  return {
    status,
    problems: shown.map((problem) => ({ ...problem, ...sinceWhen(problem.code, before, now) })),
    checkedAt: now,
    misses: status === "unreachable" ? (before?.misses ?? 0) + 1 : 0,
  };
}

function statusIn(httpStatus: number | null, told: unknown): HealthStatus {
  if (told === "degraded" || told === "unavailable") return told;
  // Of a proxy in front of a server that is away.
  return httpStatus === null || httpStatus >= 500 ? "unreachable" : "ready";
}

function problemIn(one: unknown): { code: string; detail: string }[] {
  if (!isObject(one) || typeof one.code !== "string") return [];
  const detail = typeof one.detail === "string" && one.detail !== "" ? one.detail : `${one.code.replaceAll("_", " ")}.`;
  return [{ code: one.code, detail }];
}

function sinceWhen(code: string, before: Health | undefined, now: number): { since: number; atLeast: boolean } {
  const known = before?.problems.find((one) => one.code === code);
  if (known) return { since: known.since, atLeast: known.atLeast };
  return { since: now, atLeast: before === undefined || now - before.checkedAt > RECENT_MS };
}
