/**
 * Applies websocket frames to the query cache. Known rows are patched in place. When frames may have been lost (a reconnect,
 * a jump in a version, a `sync` beyond the last frame) the stale queries are invalidated and read again over REST.
 */
import type { Job, ListedJob } from "@/types/api";
import { notifyManager, type QueryClient } from "@tanstack/react-query";
import { setServerTime } from "./clock";
import { getConnection, setConnection } from "./connection";
import { mustRefetch, patchJob, patchPages, type JobPages } from "./job-cache";
import { queryKeys, type JobFilters } from "./query-keys";
import { openJobSocket, type Frame, type SyncFrame } from "./socket";
import { throttle } from "./throttle";

const FLUSH_INTERVAL_MS = 250;
const REFRESH_INTERVAL_MS = 2_000;
const COUNTS_INTERVAL_MS = 1_000;
const POLL_INTERVAL_MS = 5_000;
const FAILURES_BEFORE_POLLING = 3;
const RIGHTS_LOST_CLOSE_CODE = 4403;

/** Starts the updates and returns a function that stops them. `checkSession` is called when the user may be signed out. */
export function startLiveUpdates(client: QueryClient, checkSession: () => void): () => void {
  const pending = new Map<string, ListedJob>();
  let lastSeq = 0;
  let synced = false;
  let connects = 0;

  const refreshSeries = throttle(REFRESH_INTERVAL_MS, () => void client.invalidateQueries({ queryKey: queryKeys.series }));
  const refresh = throttle(REFRESH_INTERVAL_MS, () => {
    void client.invalidateQueries({ queryKey: queryKeys.jobs.all });
    refreshSeries();
  });
  const refreshCounts = throttle(COUNTS_INTERVAL_MS, () => void client.invalidateQueries({ queryKey: queryKeys.jobs.allCounts }));
  const flush = throttle(FLUSH_INTERVAL_MS, () => {
    const jobs = new Map(pending);
    pending.clear();
    notifyManager.batch(() => {
      // A response on its way was read before these rows changed, so it is stale: read again.
      if (patchLists(client, jobs)) refresh();
      patchDetails(client, jobs);
    });
  });

  function handleFrame(frame: Frame): void {
    if (frame.notification_type === "ping" || frame.notification_type === "job_log") return;
    if (frame.notification_type === "sync") {
      handleSync(frame);
      return;
    }
    if (frame.seq <= lastSeq) return;
    lastSeq = frame.seq;
    const known = pending.get(frame.data.job_id);
    if (!known || known.version < frame.data.version) pending.set(frame.data.job_id, frame.data);
    // The change to queued or to a retry arrives as a progress frame, so every frame at 0 % may change a count.
    if (frame.notification_type !== "job_progress" || frame.data.completion_percentage === 0) {
      refreshCounts();
      if (frame.data.series) refreshSeries();
    }
    flush();
  }

  function handleSync(frame: SyncFrame): void {
    setServerTime(frame.data.server_time);
    setConnection({ phase: frame.data.live ? "live" : "not_live" });
    // Events from before the connection were not received: read everything after the first `sync`.
    if (!synced || frame.seq > lastSeq) refresh();
    // The cause of a lost socket may affect the platform, so check its health at once.
    if (!synced && connects > 1) void client.invalidateQueries({ queryKey: queryKeys.health });
    synced = true;
    lastSeq = Math.max(lastSeq, frame.seq);
  }

  const socket = openJobSocket(
    { batch: 250 },
    {
      onOpen: () => {
        connects += 1;
        lastSeq = 0;
        synced = false;
      },
      onFrames: (frames) => {
        setConnection({ dataAt: Date.now() });
        frames.forEach(handleFrame);
      },
      onDown: (failures, closeCode) => {
        setConnection({ phase: failures >= FAILURES_BEFORE_POLLING ? "not_live" : "reconnecting" });
        if (closeCode === RIGHTS_LOST_CLOSE_CODE || failures === FAILURES_BEFORE_POLLING) checkSession();
      },
    },
  );
  const stopPolling = pollWhileNotLive(refresh);
  const stopWatching = watchNetwork(() => socket.retryNow());
  const stopRecording = recordResponseTimes(client);

  return () => {
    [refresh, refreshSeries, refreshCounts, flush].forEach((throttled) => throttled.cancel());
    [stopPolling, stopWatching, stopRecording].forEach((stop) => stop());
    socket.close();
  };
}

/** Patches the cached lists. Returns whether a list changed that is being fetched at this moment. */
function patchLists(client: QueryClient, jobs: ReadonlyMap<string, ListedJob>): boolean {
  let changedWhileFetching = false;
  for (const query of client.getQueryCache().findAll({ queryKey: queryKeys.jobs.lists })) {
    const old = client.getQueryData<JobPages>(query.queryKey);
    if (!old) continue;
    const patched = patchPages(old, query.queryKey[2] as JobFilters, jobs);
    if (patched === old) continue;
    client.setQueryData<JobPages>(query.queryKey, patched);
    changedWhileFetching ||= query.state.fetchStatus === "fetching";
  }
  return changedWhileFetching;
}

function patchDetails(client: QueryClient, jobs: ReadonlyMap<string, ListedJob>): void {
  for (const [jobId, update] of jobs) {
    const old = client.getQueryData<Job>(queryKeys.jobs.detail(jobId));
    if (!old || update.version <= old.version) continue;
    client.setQueryData<Job>(queryKeys.jobs.detail(jobId), patchJob(old, update));
    if (mustRefetch(old, update)) void client.invalidateQueries({ queryKey: queryKeys.jobs.detail(jobId) });
    const onlyProgress = old.state === update.state && old.terminate_requested_at === update.terminate_requested_at;
    if (!onlyProgress) void client.invalidateQueries({ queryKey: queryKeys.jobs.events(jobId) });
  }
}

/** Refreshes every few seconds while events cannot arrive and the page is visible. Returns a function that stops it. */
function pollWhileNotLive(refresh: () => void): () => void {
  const timer = window.setInterval(() => {
    if (getConnection().phase === "not_live" && document.visibilityState === "visible") refresh();
  }, POLL_INTERVAL_MS);
  return () => window.clearInterval(timer);
}

function watchNetwork(retryNow: () => void): () => void {
  const listen = (): void => {
    setConnection({ online: navigator.onLine });
    if (navigator.onLine) retryNow();
  };
  window.addEventListener("online", listen);
  window.addEventListener("offline", listen);
  return () => {
    window.removeEventListener("online", listen);
    window.removeEventListener("offline", listen);
  };
}

const DATED_QUERIES = new Set<unknown>([queryKeys.jobs.all[0], queryKeys.series[0]]);

/** Records the time of each response about jobs, which is shown beside stale data. Returns a function that stops it. */
function recordResponseTimes(client: QueryClient): () => void {
  return client.getQueryCache().subscribe((event) => {
    const succeeded = event.type === "updated" && event.action.type === "success" && !event.action.manual;
    if (succeeded && DATED_QUERIES.has((event.query.queryKey as unknown[])[0])) setConnection({ dataAt: Date.now() });
  });
}
