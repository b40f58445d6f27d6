import { describe, expect, it } from "vitest";

import type { Series } from "@/types/api";
import { aJob, aRunningJob, aSeries, toSeriesRun } from "@test/factories";
import { describePause, describeRuns, describeState, describeTiming, describeZone, isUnderWay } from "./series-text";

describe("the timing of a series", () => {
  it.each<[Partial<Series>, string, string]>([
    [{ every_seconds: 10 }, "10 s after each end", ""],
    [{ every_seconds: 1 }, "1 s after each end", ""],
    [{ every_seconds: 90 }, "1 m 30 s after each end", ""],
    [{ every_seconds: 3_600 }, "1 h after each end", ""],
    [{ every_seconds: null, crontab: "30 2 * * *", time_zone: "Europe/Berlin" }, "crontab 30 2 * * *", "Europe/Berlin"],
    [{ every_seconds: null, crontab: "0 9 * * 1", on_missed: "run_once" }, "crontab 0 9 * * 1", "UTC, missed times run once"],
  ])("of %o is %s", (changes, timing, zone) => {
    const series = aSeries(changes);
    expect([describeTiming(series), describeZone(series)]).toEqual([timing, zone]);
  });
});

it.each<[Partial<Series>, string]>([
  [{ run_count: 0 }, "0 runs"],
  [{ run_count: 1 }, "1 run"],
  [{ run_count: 3, max_runs: 10 }, "3 of 10 runs"],
  [{ run_count: 0, max_runs: 1 }, "0 of 1 run"],
])("counts the runs of %o: %s", (changes, words) => {
  expect(describeRuns(aSeries(changes))).toBe(words);
});

it.each<[Partial<Series>, string]>([
  [{}, ""],
  [{ failures_in_row: 1 }, "the last run failed"],
  [{ failures_in_row: 2, state: "ended" }, ""],
  [{ state: "paused", paused_reason: "Paused by ann." }, "Paused by ann."],
  [{ state: "paused" }, ""],
])("says of %o: %s", (changes, words) => {
  expect(describeState(aSeries(changes))).toBe(words);
});

it("says until when it is paused", () => {
  const paused = aSeries({ state: "paused", paused_reason: "Paused by ann.", paused_until: "2030-01-31T12:00:00Z" });
  expect(describeState(paused)).toMatch(/^until .*31.*\. Paused by ann\.$/);
});

it("describes what a pause does to the current job", () => {
  expect(describePause(aSeries())).toMatch(/waits ends as terminated/);
  expect(describePause(aSeries({ live_run: toSeriesRun(aJob({ state: "queued" })) }))).toMatch(/waits ends as terminated/);
  expect(describePause(aSeries({ live_run: toSeriesRun(aRunningJob()) }))).toMatch(/may finish/);
  expect(describePause(aSeries({ live_run: null }))).toBe("No job follows until you resume.");
});

it("takes a job that was handed out for one under way", () => {
  expect(isUnderWay(aSeries())).toBe(false);
  expect(isUnderWay(aSeries({ live_run: toSeriesRun(aJob({ state: "queued" })) }))).toBe(true);
});
