/** Polls `/health/ready`, which reports whether the platform can run jobs. Only the shell polls; others read the cache. */
import { queryOptions, type QueryClient } from "@tanstack/react-query";

import { healthUrl } from "./env";
import { isObject } from "./json";
import { readJson } from "./json-reader";
import { queryKeys } from "./query-keys";

/** `unavailable`: no job can be created; `degraded`: jobs are created and may not run; `unreachable`: no server responds. */
export type HealthStatus = "ready" | "degraded" | "unavailable" | "unreachable";

/** `since`: when this page first saw the problem, by the browser's clock; `atLeast`: it may have begun earlier. */
export type PlatformProblem = { code: string; detail: string; since: number; atLeast: boolean };

/** `misses`: the number of consecutive polls without a response. */
export type Health = { status: HealthStatus; problems: readonly PlatformProblem[]; checkedAt: number; misses: number };

const POLL_INTERVAL_MS = 10_000;
const UNREACHABLE_POLL_INTERVAL_MS = 3_000;
/** The server responds within 2 s even if its database or broker hangs. */
const TIMEOUT_MS = 8_000;
/** If the last poll is older than this, the page does not know when a new problem began. */
const MAX_CHECK_AGE_MS = 3 * POLL_INTERVAL_MS;

const SENTENCES: Record<Exclude<HealthStatus, "ready">, string> = {
  degraded: "Jobs are accepted, but some of them may not run at the moment.",
  unavailable: "No job can be created or changed at the moment.",
  unreachable: "What this page shows may be out of date. It goes on by itself when the server is back.",
};

/** The query that polls. Components that only read its result set `enabled: false`. */
export function healthQuery(client: QueryClient) {
  return queryOptions({
    queryKey: queryKeys.health,
    queryFn: ({ signal }) => fetchHealth(client.getQueryData<Health>(queryKeys.health), signal),
    refetchInterval: ({ state }) => (state.data?.status === "unreachable" ? UNREACHABLE_POLL_INTERVAL_MS : POLL_INTERVAL_MS),
    staleTime: 0,
    networkMode: "always",
  });
}

async function fetchHealth(previous: Health | undefined, signal: AbortSignal): Promise<Health> {
  try {
    const init: RequestInit = { credentials: "include", cache: "no-store", headers: { Accept: "application/json" } };
    const response = await fetch(healthUrl, { ...init, signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) });
    return readHealth(response.status, await response.text(), previous);
  } catch (error) {
    if (signal.aborted) throw error;
    return readHealth(null, "", previous);
  }
}

/** Converts a response to a Health. `httpStatus` is null if nothing responded. A body of an unknown shape counts as ready. */
export function readHealth(httpStatus: number | null, body: string, previous: Health | undefined, now = Date.now()): Health {
  const { value } = readJson(body);
  const status = readStatus(httpStatus, isObject(value) ? value.status : undefined);
  const reported = isObject(value) && Array.isArray(value.problems) ? value.problems.flatMap(readProblem) : [];
  const problems = status === "ready" || status === "unreachable" ? [] : reported;
  const shown = problems.length > 0 || status === "ready" ? problems : [{ code: status, detail: SENTENCES[status] }];
  return {
    status,
    problems: shown.map((problem) => ({ ...problem, ...findStart(problem.code, previous, now) })),
    checkedAt: now,
    misses: status === "unreachable" ? (previous?.misses ?? 0) + 1 : 0,
  };
}

function readStatus(httpStatus: number | null, reported: unknown): HealthStatus {
  if (reported === "degraded" || reported === "unavailable") return reported;
  // A 5xx without a known status comes from a proxy whose server is down.
  return httpStatus === null || httpStatus >= 500 ? "unreachable" : "ready";
}

function readProblem(value: unknown): { code: string; detail: string }[] {
  if (!isObject(value) || typeof value.code !== "string") return [];
  const detail = typeof value.detail === "string" && value.detail !== "" ? value.detail : `${value.code.replaceAll("_", " ")}.`;
  return [{ code: value.code, detail }];
}

function findStart(code: string, previous: Health | undefined, now: number): { since: number; atLeast: boolean } {
  const known = previous?.problems.find((one) => one.code === code);
  if (known) return { since: known.since, atLeast: known.atLeast };
  return { since: now, atLeast: previous === undefined || now - previous.checkedAt > MAX_CHECK_AGE_MS };
}
