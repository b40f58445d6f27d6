import { act, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { setConnection } from "@/lib/connection";
import { queryKeys } from "@/lib/query-keys";
import { draw, testClient } from "@test/render";
import { ConnectionChip } from "./connection-chip";
import { HealthBanner } from "./health-banner";
import { useHealthPolling } from "./use-health";

const BROKER = { code: "broker_unavailable", detail: "The broker cannot be reached. Due jobs wait." };
const QUEUE = { code: "queue_unserved", detail: "No worker serves these queues, which have due jobs: mail." };

let answer: () => Promise<Response>;
const client = testClient();

function says(body: unknown, status = 200): void {
  answer = () => Promise.resolve(Response.json(body, { status }));
}

function isDegraded(...problems: unknown[]): void {
  says({ status: "degraded", problems });
}

function isAway(): void {
  answer = () => Promise.reject(new TypeError("Failed to fetch"));
}

function Shell() {
  useHealthPolling();
  return (
    <>
      <ConnectionChip />
      <HealthBanner />
    </>
  );
}

async function pass(seconds: number): Promise<void> {
  await act(() => vi.advanceTimersByTimeAsync(seconds * 1_000));
}

async function drawShell(): Promise<void> {
  draw(<Shell />, { client });
  await pass(0.1);
}

function banner(): HTMLElement | null {
  return screen.queryByRole("region");
}

function chip(): string | null {
  return document.querySelector("[data-connection]")?.textContent ?? null;
}

beforeEach(() => {
  vi.useFakeTimers();
  client.clear();
  vi.spyOn(globalThis, "fetch").mockImplementation(() => answer());
  act(() => setConnection({ phase: "live", online: true }));
});
afterEach(() => vi.useRealTimers());

describe("the health banner", () => {
  it.each([
    [{ status: "ready", problems: [] }],
    [{ status: "ok" }],
    [{ status: "ok", dependencies: { database: "ok", broker: "OperationalError: gone", redis: "ok" } }],
    ["<!doctype html>"],
  ])("is not there for %j", async (body) => {
    says(body);
    await drawShell();
    expect(banner()).toBeNull();
    expect(chip()).toBe("Live");
    expect(screen.getAllByRole("status").map((one) => one.textContent)).toEqual(["Live", ""]);
  });

  it("says each problem in words, for how long it has been so, and goes when all is well", async () => {
    says({ status: "ready", problems: [] });
    await drawShell();
    isDegraded(BROKER, QUEUE);
    await pass(10);
    expect(banner()).toHaveTextContent("The platform is degraded for");
    expect(screen.getByText(BROKER.detail)).toBeVisible();
    expect(screen.getByText(QUEUE.detail)).toBeVisible();
    await pass(90);
    expect(banner()).toHaveTextContent("for 1 m 30 s");
    isDegraded(QUEUE);
    await pass(10);
    expect(screen.queryByText(BROKER.detail)).toBeNull();
    says({ status: "ready", problems: [] });
    await pass(10);
    expect(banner()).toBeNull();
  });

  it("does not claim to know when a trouble began that was there before the page", async () => {
    isDegraded(BROKER);
    await drawShell();
    await pass(20);
    expect(banner()).toHaveTextContent("for at least 20 s");
    expect(banner()).toHaveTextContent("Seen since");
  });

  it("shows only the most severe problems and hides the others", async () => {
    isDegraded(...["a", "b", "c", "d", "e"].map((code) => ({ code, detail: `This is ${code}.` })));
    await drawShell();
    expect(screen.getByText("2 more problems")).toBeVisible();
    expect(screen.getByText("This is c.")).toBeVisible();
    expect(screen.getByText("This is d.")).not.toBeVisible();
  });

  it("is read out when a problem comes or goes, and not while it counts", async () => {
    isDegraded(BROKER);
    await drawShell();
    const [, status] = screen.getAllByRole("status");
    const spoken = `The platform is degraded. ${BROKER.detail}`;
    expect(status).toHaveTextContent(spoken);
    isDegraded({ ...BROKER, detail: "The broker has not been reached for 12 s." });
    await pass(10);
    expect(status).toHaveTextContent(spoken);
    says({ status: "unavailable", problems: [{ code: "database_locked", detail: "No job can be created." }] }, 503);
    await pass(10);
    expect(screen.getByRole("alert")).toHaveTextContent("The platform is unavailable. No job can be created.");
    says({ status: "ready", problems: [] });
    await pass(10);
    expect(status).toHaveTextContent("The platform is ready again.");
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("says once that no server responds", async () => {
    says({ status: "ready" });
    await drawShell();
    isAway();
    act(() => setConnection({ phase: "reconnecting" }));
    await pass(10);
    await pass(30);
    expect(screen.getAllByText(/The server does not respond/)).toHaveLength(2); // once to see, once to hear
    expect(chip()).toContain("Reconnecting");
    says({ status: "ready" });
    act(() => setConnection({ phase: "live" }));
    await pass(3);
    expect(banner()).toBeNull();
  });

  it("takes a single lost request for nothing while events arrive", async () => {
    isAway();
    act(() => setConnection({ phase: "connecting" }));
    await drawShell();
    expect(banner()).toBeNull();
    act(() => setConnection({ phase: "live" }));
    expect(banner()).toBeNull();
    await pass(3);
    expect(banner()).toHaveTextContent("The server does not respond");
    expect(chip()).toBe("No response");
  });

  it("waits 8 s for a server that says nothing, and no longer", async () => {
    act(() => setConnection({ phase: "reconnecting" }));
    vi.mocked(fetch).mockImplementation((_url, init) => new Promise((_resolve, reject) => init?.signal?.addEventListener("abort", () => reject(new DOMException("late", "TimeoutError")))));
    vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => {
      const late = new AbortController();
      window.setTimeout(() => late.abort(), ms);
      return late.signal;
    });
    await drawShell();
    await pass(7);
    expect(banner()).toBeNull();
    await pass(2);
    expect(banner()).toHaveTextContent("The server does not respond");
  });

  it("polls every ten seconds while it is visible, and at once when invalidated", async () => {
    says({ status: "ready" });
    await drawShell();
    await pass(30);
    expect(fetch).toHaveBeenCalledTimes(4);
    vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    await pass(60);
    expect(fetch).toHaveBeenCalledTimes(4);
    await act(() => client.invalidateQueries({ queryKey: queryKeys.health }));
    expect(fetch).toHaveBeenCalledTimes(5);
  });
});

describe("the connection chip", () => {
  it.each([
    [{ status: "degraded", problems: [BROKER] }, 200, "Degraded"],
    [{ status: "degraded" }, 200, "Degraded"],
    [{ status: "unavailable" }, 503, "Unavailable"],
  ])("does not say Live for %j, though frames arrive", async (body, status, word) => {
    says(body, status);
    await drawShell();
    expect(chip()).toBe(word);
    act(() => setConnection({ phase: "not_live" }));
    expect(chip()).toContain("Not live");
  });
});
