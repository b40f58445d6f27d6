import { expect, it } from "vitest";

import type { LogLine } from "@/types/api";
import { trimLog } from "./trim-log";

function linesOf(attempt: number, from: number, until: number): LogLine[] {
  return Array.from({ length: until - from + 1 }, (_, index) => ({
    n: from + index,
    time: "2026-01-31T12:00:00Z",
    level: "info",
    attempt,
    text: `line ${from + index}`,
  }));
}

it("leaves a log as the server keeps it alone", () => {
  const lines = [...linesOf(1, 1, 2_000), ...linesOf(1, 280_000, 300_000)];
  expect(trimLog(lines)).toBe(lines);
});

it("keeps both ends of one that grew while it was followed, and says what is left out", () => {
  const trimmed = trimLog(linesOf(1, 1, 50_000));
  expect(trimmed).toHaveLength(22_001);
  expect(trimmed[1_999]?.n).toBe(2_000);
  expect(trimmed[2_000]).toMatchObject({ n: 30_000, level: "warning" });
  expect(trimmed[2_000]?.text).toContain("28,000 lines are left out here");
  expect(trimmed[2_001]?.text).toBe("line 30001");
  expect(trimmed.at(-1)?.n).toBe(50_000);
});

it("makes one gap of two", () => {
  const once = trimLog(linesOf(1, 1, 50_000));
  const again = trimLog([...once, ...linesOf(1, 50_001, 80_000)]);
  expect(again).toHaveLength(22_001);
  expect(again[2_000]?.text).toContain("58,000 lines are left out here");
  const atTheGap = trimLog([...once, ...linesOf(1, 50_001, 55_001)]);
  expect(atTheGap[2_000]?.text).toContain("33,001 lines are left out here");
});

it("leaves earlier attempts whole", () => {
  const earlier = linesOf(1, 1, 30_000);
  const trimmed = trimLog([...earlier, ...linesOf(2, 30_001, 70_000)]);
  expect(trimmed.slice(0, 30_000)).toEqual(earlier);
  expect(trimmed).toHaveLength(52_001);
});
