/**
 * From websocket frames to the query cache. Frames only announce: known rows are patched in place, and whenever something
 * may have been lost (reconnect, a jump in a version, a `sync` beyond what was read) the queries are read again over REST.
 */
import type { Job, ListedJob } from "@/types/api";
import { notifyManager, type QueryClient } from "@tanstack/react-query";
import { setServerTime } from "./clock";
import { getConnection, setConnection } from "./connection";
import { needsRead, patchJob, patchPages, type JobPages } from "./job-cache";
import { queryKeys, type JobFilters } from "./query-keys";
import { openJobSocket, type Frame, type SyncFrame } from "./socket";
import { throttle } from "./throttle";

const FLUSH_MS = 250;
const REFRESH_MS = 2_000;
const COUNTS_MS = 1_000;
const POLL_MS = 5_000;
const FAILURES_BEFORE_POLLING = 3;
const RIGHTS_LOST = 4403;

/** Runs until the returned function is called. `checkSession` is asked whenever a refused socket may mean "signed out". */
export function startLiveUpdates(client: QueryClient, checkSession: () => void): () => void {
  const pending = new Map<string, ListedJob>();
  let lastSeq = 0;
  let synced = false;
  let connects = 0;

  const refreshSeries = throttle(REFRESH_MS, () => void client.invalidateQueries({ queryKey: queryKeys.series }));
  const refresh = throttle(REFRESH_MS, () => {
    void client.invalidateQueries({ queryKey: queryKeys.jobs.all });
    refreshSeries();
  });
  const recount = throttle(COUNTS_MS, () => void client.invalidateQueries({ queryKey: queryKeys.jobs.allCounts }));
  const flush = throttle(FLUSH_MS, () => {
    const jobs = new Map(pending);
    pending.clear();
    notifyManager.batch(() => {
      // An answer on its way was read before these rows came: it is asked for again.
      if (patchLists(client, jobs)) refresh();
      patchDetails(client, jobs);
    });
  });

  function receive(frame: Frame): void {
    if (frame.notification_type === "ping" || frame.notification_type === "job_log") return;
    if (frame.notification_type === "sync") {
      sync(frame);
      return;
    }
    if (frame.seq <= lastSeq) return;
    lastSeq = frame.seq;
    const known = pending.get(frame.data.job_id);
    if (!known || known.version < frame.data.version) pending.set(frame.data.job_id, frame.data);
    // A queued or retried job is told as progress, so every frame at 0 % may have moved a count.
    if (frame.notification_type !== "job_progress" || frame.data.completion_percentage === 0) {
      recount();
      if (frame.data.series) refreshSeries();
    }
    flush();
  }

  function sync(frame: SyncFrame): void {
    setServerTime(frame.data.server_time);
    setConnection({ phase: frame.data.live ? "live" : "not_live" });
    // The first `sync` after each connect: what happened before it was sent to nobody here.
    if (!synced || frame.seq > lastSeq) refresh();
    // Whatever took the socket away may have taken more with it.
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
        frames.forEach(receive);
      },
      onDown: (failures, closeCode) => {
        setConnection({ phase: failures >= FAILURES_BEFORE_POLLING ? "not_live" : "reconnecting" });
        if (closeCode === RIGHTS_LOST || failures === FAILURES_BEFORE_POLLING) checkSession();
      },
    },
  );
  const stopPolling = poll(refresh);
  const stopWatching = watchNetwork(() => socket.retryNow());
  const stopDating = dateAnswers(client);

  return () => {
    [refresh, refreshSeries, recount, flush].forEach((throttled) => throttled.cancel());
    [stopPolling, stopWatching, stopDating].forEach((stop) => stop());
    socket.close();
  };
}

/** True if a list that is being read just now was changed. */
function patchLists(client: QueryClient, jobs: ReadonlyMap<string, ListedJob>): boolean {
  let outrun = false;
  for (const query of client.getQueryCache().findAll({ queryKey: queryKeys.jobs.lists })) {
    const old = client.getQueryData<JobPages>(query.queryKey);
    if (!old) continue;
    const patched = patchPages(old, query.queryKey[2] as JobFilters, jobs);
    if (patched === old) continue;
    client.setQueryData<JobPages>(query.queryKey, patched);
    outrun ||= query.state.fetchStatus === "fetching";
  }
  return outrun;
}

function patchDetails(client: QueryClient, jobs: ReadonlyMap<string, ListedJob>): void {
  for (const [jobId, news] of jobs) {
    const old = client.getQueryData<Job>(queryKeys.jobs.detail(jobId));
    if (!old || news.version <= old.version) continue;
    client.setQueryData<Job>(queryKeys.jobs.detail(jobId), patchJob(old, news));
    if (needsRead(old, news)) void client.invalidateQueries({ queryKey: queryKeys.jobs.detail(jobId) });
    const onlyProgress = old.state === news.state && old.terminate_requested_at === news.terminate_requested_at;
    if (!onlyProgress) void client.invalidateQueries({ queryKey: queryKeys.jobs.events(jobId) });
  }
}

/** While events cannot arrive, REST is asked every few seconds. */
function poll(refresh: () => void): () => void {
  const timer = window.setInterval(() => {
    if (getConnection().phase === "not_live" && document.visibilityState === "visible") refresh();
  }, POLL_MS);
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

const DATED = new Set<unknown>([queryKeys.jobs.all[0], queryKeys.series[0]]);

/** Every answer about jobs renews the date that stands beside stale data. */
function dateAnswers(client: QueryClient): () => void {
  return client.getQueryCache().subscribe((event) => {
    const answered = event.type === "updated" && event.action.type === "success" && !event.action.manual;
    if (answered && DATED.has((event.query.queryKey as unknown[])[0])) setConnection({ dataAt: Date.now() });
  });
}
