import { describe, expect, it } from "vitest";

import { formatIsoDuration, parseDuration } from "./durations";
import { fromPicker, splitTime, toPicker } from "./moments";
import { parseNumber } from "./numbers";

describe("durations", () => {
  it.each([
    ["1h 30m", "PT1H30M"],
    ["90s", "PT90S"],
    ["15 min", "PT15M"],
    ["2 days, 4 hours", "P2DT4H"],
    ["2w", "P2W"],
    ["1w 2d", "P9D"],
    ["pt5m", "PT5M"],
  ])("reads %j as %s", (text, iso) => expect(parseDuration(text)).toBe(iso));

  it.each(["soon", "5", "1h 2h", "1.5h", "3 parsecs", "P"])("leaves %j for the check to refuse", (text) => expect(parseDuration(text)).toBe(text));

  it("shows what was stored in the words people type, and what it cannot as it is", () => {
    expect(["PT1H30M", "P2DT4H", "P2W", "P1Y", "soon"].map(formatIsoDuration)).toEqual(["1h 30m", "2d 4h", "2w", "P1Y", "soon"]);
  });
});

describe("moments", () => {
  it("keep their moment on the way to the picker and back", () => {
    const sent = fromPicker("2026-01-31T10:00");
    expect(sent).toMatch(/^2026-01-31T10:00:00[+-]\d\d:\d\d$/);
    expect(toPicker(sent)).toBe("2026-01-31T10:00");
    expect(toPicker(new Date("2026-01-31T10:00:05").toISOString())).toBe("2026-01-31T10:00:05");
    expect(["09:30", "09:30:15Z", "soon"].map(splitTime)).toEqual([
      { clock: "09:30", zone: "" },
      { clock: "09:30:15", zone: "Z" },
      { clock: "", zone: "" },
    ]);
  });

  it("are empty where there is none", () => expect(["soon", "2026", null, undefined, "2026-13-01T00:00:00Z"].map(toPicker)).toEqual(["", "", "", "", ""]));
});

describe("numbers", () => {
  it("are read exactly or left as text", () => {
    expect(["", " 1.50 ", "-7", "+7", "1e3", "9007199254740993", ".5"].map(parseNumber)).toEqual([undefined, 1.5, -7, 7, 1000, 9007199254740993n, 0.5]);
    expect(["1,5", "abc", "0x10", "1e999", "--1"].map(parseNumber)).toEqual(["1,5", "abc", "0x10", "1e999", "--1"]);
  });
});
