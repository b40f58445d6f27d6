import { describe, expect, it } from "vitest";

import type { ListedJob } from "@/types/api";
import { aJob, anEndedJob, aRunningJob, toListedJob } from "@test/factories";
import { keepNewestRows, matchesFilters, MAX_LIVE_ROWS, mustRefetch, patchJob, patchPages, type JobPages } from "./job-cache";
import type { JobFilters } from "./query-keys";

const ALL: JobFilters = { state: [], job_type: [], search: "", series: "" };

function pages(...results: ListedJob[][]): JobPages {
  const last = results.length - 1;
  return {
    pages: results.map((rows, index) => ({ results: rows, previous: null, next: index < last ? "more" : null })),
    pageParams: results.map(() => null),
  };
}

function news(...jobs: ListedJob[]): Map<string, ListedJob> {
  return new Map(jobs.map((job) => [job.job_id, job]));
}

function ids(data: JobPages): string[] {
  return data.pages.flatMap((page) => page.results.map((row) => row.job_id));
}

describe("patchPages", () => {
  const [older, job, newer] = [aJob(), aJob(), aJob()].map(toListedJob) as [ListedJob, ListedJob, ListedJob];

  it("replaces a known row in place", () => {
    const running = { ...job, state: "running" as const, version: 3 };
    const patched = patchPages(pages([newer, job], [older]), ALL, news(running));
    expect(patched.pages[0]?.results).toEqual([newer, running]);
  });

  it("ignores a version it has seen", () => {
    const data = pages([{ ...job, version: 5, completion_percentage: 40 }]);
    expect(patchPages(data, ALL, news({ ...job, version: 4, completion_percentage: 30 }))).toBe(data);
  });

  it("puts a new job above the older ones", () => {
    expect(ids(patchPages(pages([job], [older]), ALL, news(newer)))).toEqual([newer.job_id, job.job_id, older.job_id]);
  });

  it("puts the first job into an empty list", () => {
    expect(ids(patchPages(pages([]), ALL, news(job)))).toEqual([job.job_id]);
  });

  it("leaves out a job that does not match the filters", () => {
    const data = pages([older]);
    expect(patchPages(data, { ...ALL, state: ["failed"] }, news(job))).toBe(data);
  });

  it("keeps a row that stopped matching", () => {
    const ended = { ...job, state: "succeeded" as const, version: 9 };
    expect(patchPages(pages([job]), { ...ALL, state: ["scheduled"] }, news(ended)).pages[0]?.results).toEqual([ended]);
  });

  it("leaves out a job older than what is loaded while there is more to load", () => {
    const data = pages([newer]);
    data.pages[0] = { results: [newer], previous: null, next: "more" };
    expect(patchPages(data, ALL, news(older))).toBe(data);
  });

  it("takes no more rows than a reader can use", () => {
    const data = pages(Array.from({ length: MAX_LIVE_ROWS }, () => toListedJob(aJob())).reverse());
    expect(patchPages(data, ALL, news(toListedJob(aJob())))).toBe(data);
  });
});

describe("matches", () => {
  const job = toListedJob(aJob({ job_type: "otp_send_job", created_by: "ann" }));

  it.each(["otp", "SEND", "ann", job.job_id])("finds a job by %s", (search) => {
    expect(matchesFilters(job, { ...ALL, search })).toBe(true);
  });

  it("does not find it by a part of its id, as the server does not", () => {
    expect(matchesFilters(job, { ...ALL, search: job.job_id.slice(0, 8) })).toBe(false);
    expect(matchesFilters(job, { ...ALL, series: "another" })).toBe(false);
    expect(matchesFilters({ ...job, series: "this one" }, { ...ALL, series: "this one" })).toBe(true);
  });
});

describe("keepNewestRows", () => {
  it("does not let a late answer turn a row back", () => {
    const row = toListedJob(aRunningJob({ version: 7, completion_percentage: 60 }));
    const late = pages([{ ...row, version: 5, completion_percentage: 40 }]);
    expect(keepNewestRows(pages([row]), late).pages[0]?.results[0]?.completion_percentage).toBe(60);
  });

  it("draws nothing again for an answer that says the same", () => {
    const rows = [toListedJob(aJob()), toListedJob(aJob())];
    const data = pages(rows);
    expect(keepNewestRows(data, pages(rows.map((row) => ({ ...row }))))).toBe(data);
  });

  it("takes news that do not count as a version, such as why a job waits", () => {
    const row = toListedJob(aJob());
    const answer = pages([{ ...row, waiting_reason: "no worker serves queue default" }]);
    expect(keepNewestRows(pages([row]), answer).pages[0]?.results[0]?.waiting_reason).toBe("no worker serves queue default");
  });
});

describe("a whole job", () => {
  it("keeps its payload and traceback when a frame brings news", () => {
    const error = { type: "ValueError", message: "no", traceback: "line 1" };
    const job = aRunningJob({ payload: { text: "long" }, error });
    const frame = { ...toListedJob(job), version: 4, payload: {}, truncated: true, error: { type: "ValueError", message: "no" } };
    const patched = patchJob(job, frame);
    expect(patched.payload).toEqual({ text: "long" });
    expect(patched.error?.traceback).toBe("line 1");
    expect(patched.version).toBe(4);
  });

  it("is read again after a jump in the version and at its end", () => {
    const job = aRunningJob({ version: 3 });
    expect(mustRefetch(job, { ...toListedJob(job), version: 4 })).toBe(false);
    expect(mustRefetch(job, { ...toListedJob(job), version: 5 })).toBe(true);
    expect(mustRefetch(job, { ...toListedJob(anEndedJob({ job_id: job.job_id })), version: 4 })).toBe(true);
  });
});
