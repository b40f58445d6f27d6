import { expect, it } from "vitest";

import { duration, shortTime, withLocalTimes } from "./time";

it.each([
  [-5, "0.0 s"],
  [420, "0.4 s"],
  [12_900, "12 s"],
  [200_000, "3 m 20 s"],
  [7_500_000, "2 h 5 m"],
  [356_400_000, "4 d 3 h"],
])("tells %d ms as %s", (milliseconds, words) => {
  expect(duration(milliseconds)).toBe(words);
});

it("shows the day only of other days", () => {
  const noon = new Date(2026, 0, 31, 12, 0, 5);
  expect(shortTime(noon, noon)).toBe("12:00:05");
  expect(shortTime(noon, new Date(2026, 1, 1))).toContain("31");
});

it("turns the times in a sentence into the reader's", () => {
  const today = new Date();
  today.setUTCMilliseconds(0);
  const sentence = `starts at ${today.toISOString()}`;
  expect(withLocalTimes(sentence)).toBe(`starts at ${shortTime(today)}`);
});
