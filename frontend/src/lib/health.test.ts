import { describe, expect, it } from "vitest";

import { readHealth, type Health } from "./health";

const BROKER = { code: "broker_unavailable", detail: "The broker cannot be reached." };
const QUEUE = { code: "queue_unserved", detail: "No worker serves mail." };
const START = 1_000_000;

function degraded(problems: unknown, before?: Health, now = START): Health {
  return readHealth(200, JSON.stringify({ status: "degraded", problems }), before, now);
}

describe("the platform's health", () => {
  it.each([
    [200, '{"status": "ready", "problems": []}', "ready"],
    [200, '{"status": "degraded", "problems": []}', "degraded"],
    [503, '{"status": "unavailable", "problems": []}', "unavailable"],
    [null, "", "unreachable"],
    // A proxy whose server is away.
    [502, "<html>Bad Gateway</html>", "unreachable"],
    [504, "", "unreachable"],
    // Older servers do not report problems.
    [200, '{"status": "ok"}', "ready"],
    [200, '{"status": "ok", "dependencies": {"database": "ok", "broker": "OperationalError: gone", "redis": "ok"}}', "ready"],
    [503, '{"status": "unavailable"}', "unavailable"],
    // Not ours at all.
    [200, "<!doctype html>", "ready"],
    [200, '{"status": 5, "problems": "none"}', "ready"],
    [200, "null", "ready"],
    [404, '{"errors": []}', "ready"],
    [429, "", "ready"],
  ] as const)("reads %s %s as %s", (status, body, health) => {
    expect(readHealth(status, body, undefined).status).toBe(health);
  });

  it("has each problem's own sentence, and a general one where the server sends none", () => {
    expect(degraded([BROKER, QUEUE]).problems.map(({ detail }) => detail)).toEqual([BROKER.detail, QUEUE.detail]);
    for (const none of [undefined, [], null, "x", [5, {}, { code: 1 }]]) {
      expect(degraded(none).problems).toMatchObject([{ code: "degraded", detail: expect.stringContaining("Jobs are accepted") as string }]);
    }
    expect(degraded([{ code: "no_beat" }]).problems[0]?.detail).toBe("no beat.");
  });

  it("dates a problem by when it was seen first, and notes whether it may be older", () => {
    const first = degraded([BROKER]);
    const second = degraded([QUEUE, BROKER], first, START + 10_000);
    expect(second.problems.map(({ code, since, atLeast }) => [code, since, atLeast])).toEqual([
      ["queue_unserved", START + 10_000, false],
      ["broker_unavailable", START, true],
    ]);
    const well = readHealth(200, '{"status": "ready"}', second, START + 20_000);
    expect(degraded([BROKER], well, START + 30_000).problems[0]).toMatchObject({ since: START + 30_000, atLeast: false });
    // The page was hidden, so it did not poll.
    expect(degraded([BROKER], well, START + 3_600_000).problems[0]?.atLeast).toBe(true);
  });

  it("counts how often in a row nothing responded", () => {
    const once = readHealth(null, "", undefined);
    expect([once.misses, readHealth(null, "", once).misses, degraded([], once).misses]).toEqual([1, 2, 0]);
  });
});
