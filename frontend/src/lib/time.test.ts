import { expect, it } from "vitest";

import { formatConfiguredDuration, formatDuration, formatExactTime, formatRelativeTime, formatShortTime, localizeTimes } from "./time";

it.each([
  [-5, "0.0 s"],
  [420, "0.4 s"],
  [12_900, "12 s"],
  [200_000, "3 m 20 s"],
  [7_500_000, "2 h 5 m"],
  [356_400_000, "4 d 3 h"],
])("formats %d ms as %s", (milliseconds, words) => {
  expect(formatDuration(milliseconds)).toBe(words);
});

it.each([
  [1, "1 s"],
  [90, "1 m 30 s"],
  [600, "10 m"],
  [86_400, "1 d"],
])("formats a configured duration of %d s as %s", (seconds, words) => {
  expect(formatConfiguredDuration(seconds)).toBe(words);
});

it.each([
  [12_900, "in 12 s"],
  [9_100, "in 9 s"],
  [500, "now"],
  [-999, "now"],
  [-200_000, "3 m 20 s ago"],
])("formats a time in %d ms as %s", (away, words) => {
  const noon = Date.parse("2026-01-31T12:00:00Z");
  expect(formatRelativeTime(new Date(noon + away).toISOString(), noon)).toBe(words);
});

it("shows the day only of other days", () => {
  const noon = new Date(2026, 0, 31, 12, 0, 5);
  expect(formatShortTime(noon, noon)).toBe("12:00:05");
  expect(formatShortTime(noon, new Date(2026, 1, 1))).toContain("31");
});

it("turns the times in a sentence into the reader's", () => {
  const today = new Date();
  today.setUTCMilliseconds(0);
  const sentence = `starts at ${today.toISOString()}`;
  expect(localizeTimes(sentence)).toBe(`starts at ${formatShortTime(today)}`);
});

it("leaves a text that only resembles a time unchanged", () => {
  expect(localizeTimes("waits for 2026-99-99T99:99:99Z")).toBe("waits for 2026-99-99T99:99:99Z");
  expect([formatShortTime("soon"), formatExactTime("soon")]).toEqual(["soon", "soon"]);
});
