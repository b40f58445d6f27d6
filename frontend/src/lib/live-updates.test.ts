import type { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from "vitest";

import type { ListedJob } from "@/types/api";
import { aJob, aRunningJob, toListedJob } from "@test/factories";
import { testClient } from "@test/render";
import { getConnection, setConnection } from "./connection";
import type { JobPages } from "./job-cache";
import { startLiveUpdates } from "./live-updates";
import { queryKeys } from "./query-keys";
import type { Frame, JobFrame, SocketHandlers } from "./socket";

const line = vi.hoisted(() => ({ handlers: null as SocketHandlers | null }));
vi.mock("./socket", () => ({
  openJobSocket: (_query: unknown, handlers: SocketHandlers) => {
    line.handlers = handlers;
    return { close: () => undefined, retryNow: () => undefined };
  },
}));

const LIST = queryKeys.jobs.list({ state: [], job_type: [], search: "", series: "" });

let client: QueryClient;
let stop: () => void;
let refetch: MockInstance<QueryClient["invalidateQueries"]>;
const askSession = vi.fn();

function receive(...frames: Frame[]): void {
  line.handlers?.onFrames(frames);
  vi.advanceTimersByTime(250);
}

function progress(job: ListedJob, seq: number): JobFrame {
  return { notification_type: "job_progress", seq, data: job };
}

function sync(seq: number, live = true): Frame {
  return { notification_type: "sync", seq, data: { server_time: new Date().toISOString(), live } };
}

function show(...rows: ListedJob[]): void {
  client.setQueryData<JobPages>(LIST, { pages: [{ results: rows, next: null, previous: null }], pageParams: [null] });
}

function firstRow(): ListedJob | undefined {
  return client.getQueryData<JobPages>(LIST)?.pages[0]?.results[0];
}

function readAgain(key: readonly string[] = queryKeys.jobs.all): number {
  return refetch.mock.calls.filter(([filters]) => filters?.queryKey === key).length;
}

beforeEach(() => {
  vi.useFakeTimers();
  setConnection({ phase: "connecting", dataAt: null });
  client = testClient();
  refetch = vi.spyOn(client, "invalidateQueries");
  stop = startLiveUpdates(client, askSession);
  line.handlers?.onOpen?.();
  askSession.mockClear();
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

describe("a reconnect", () => {
  it("asks at once how the platform is, which the first connect does not", () => {
    receive(sync(1));
    receive(sync(2));
    expect(readAgain(queryKeys.health)).toBe(0);
    line.handlers?.onDown?.(1, 1006);
    line.handlers?.onOpen?.();
    receive(sync(2));
    receive(sync(3));
    expect(readAgain(queryKeys.health)).toBe(1);
  });
});

describe("frames", () => {
  it("patch the row they speak of", () => {
    const job = toListedJob(aRunningJob());
    show(job);
    receive(progress({ ...job, version: 4, completion_percentage: 40 }, 10));
    expect(firstRow()?.completion_percentage).toBe(40);
  });

  it("change nothing when they are older than the row", () => {
    const job = toListedJob(aRunningJob({ version: 6, completion_percentage: 40 }));
    show(job);
    receive(progress({ ...job, version: 5, completion_percentage: 30 }, 10));
    expect(firstRow()?.completion_percentage).toBe(40);
  });

  it("are ignored when their number came before", () => {
    const job = toListedJob(aRunningJob());
    show(job);
    receive(progress({ ...job, version: 4, completion_percentage: 40 }, 10));
    receive(progress({ ...job, version: 9, completion_percentage: 90 }, 10));
    expect(firstRow()?.completion_percentage).toBe(40);
  });

  it("are written down at most four times a second", () => {
    const job = toListedJob(aRunningJob());
    show(job);
    const writes = vi.spyOn(client, "setQueryData");
    for (let step = 1; step <= 100; step += 1) {
      line.handlers?.onFrames([progress({ ...job, version: 3 + step }, step)]);
      vi.advanceTimersByTime(10);
    }
    expect(writes.mock.calls.length).toBeLessThanOrEqual(5);
    vi.advanceTimersByTime(250);
    expect(firstRow()?.version).toBe(103);
  });

  it("put a new job on top", () => {
    const [older, newer] = [toListedJob(aJob()), toListedJob(aJob())];
    show(older);
    receive({ notification_type: "job_created", seq: 11, data: newer });
    expect(firstRow()).toEqual(newer);
  });
});

describe("series", () => {
  const ofSeries = toListedJob(aRunningJob({ series: "a series", completion_percentage: 0 }));

  it("are read again when a job of one moves, at most every two seconds", () => {
    receive({ notification_type: "job_created", seq: 1, data: ofSeries });
    receive({ notification_type: "job_terminated", seq: 2, data: { ...ofSeries, version: 4 } });
    expect(readAgain(queryKeys.series)).toBe(1);
    vi.advanceTimersByTime(2_000);
    expect(readAgain(queryKeys.series)).toBe(2);
  });

  it("are not read for progress, nor for jobs of none", () => {
    receive(progress({ ...ofSeries, completion_percentage: 40 }, 1));
    receive({ notification_type: "job_created", seq: 2, data: toListedJob(aJob()) });
    expect(readAgain(queryKeys.series)).toBe(0);
  });

  it("are read again after each connect", () => {
    receive(sync(5));
    expect(readAgain(queryKeys.series)).toBe(1);
  });
});

describe("sync", () => {
  it("reads everything again after each connect", () => {
    receive(sync(5));
    expect(getConnection().phase).toBe("live");
    expect(readAgain()).toBe(1);
  });

  it("reads everything again when it is beyond what was heard", () => {
    receive(sync(5));
    vi.advanceTimersByTime(3_000);
    receive(sync(5));
    expect(readAgain()).toBe(1);
    receive(sync(6));
    expect(readAgain()).toBe(2);
  });

  it("says that the server itself is not live, and polls until it is", () => {
    receive(sync(5, false));
    expect(getConnection().phase).toBe("not_live");
    const before = readAgain();
    vi.advanceTimersByTime(11_000);
    expect(readAgain() - before).toBe(2);
    receive(sync(5));
    expect(getConnection().phase).toBe("live");
    const after = readAgain();
    vi.advanceTimersByTime(20_000);
    expect(readAgain()).toBe(after);
  });
});

describe("a socket that is down", () => {
  it("is reconnecting first, and polled for after three failures", () => {
    receive(sync(5));
    line.handlers?.onDown?.(1, 1006);
    expect(getConnection().phase).toBe("reconnecting");
    line.handlers?.onDown?.(3, 1006);
    expect(getConnection().phase).toBe("not_live");
    expect(askSession).toHaveBeenCalledOnce();
    const before = readAgain();
    vi.advanceTimersByTime(6_000);
    expect(readAgain()).toBe(before + 1);
  });

  it("asks who is signed in when rights were lost", () => {
    line.handlers?.onDown?.(1, 4403);
    expect(askSession).toHaveBeenCalledOnce();
  });
});
