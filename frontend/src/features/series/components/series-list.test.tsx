import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";

import type { Role, Series } from "@/types/api";
import { aJob, anEndedJob, aRunningJob, aSeries, runOf } from "@test/factories";
import { fakeApi, refusal } from "@test/fake-api";
import { draw } from "@test/render";
import { SeriesList } from "./series-list";

const LABELS = new Map([["otp_send_job", "Send one-time password"]]);

/** The server's side: what it has is what it answers. */
function drawList(stored: Series[], { role = "editor" }: { role?: Role } = {}) {
  const change = (changes: Partial<Series>) => () => Object.assign(stored[0] as Series, changes);
  const of = `series/${stored[0]?.id ?? ""}`;
  const log = fakeApi({
    "GET series/": () => ({ results: stored.map((series) => ({ ...series })) }),
    [`POST ${of}/pause/`]: change({ state: "paused", live_run: null, next_start_time: null }),
    [`POST ${of}/resume/`]: change({ state: "active", live_run: runOf(aJob()) }),
    [`POST ${of}/run_now/`]: () => aJob(),
  });
  draw(<SeriesList labels={LABELS} />, { role });
  return log;
}

async function firstRow(): Promise<HTMLElement> {
  return (await screen.findAllByRole("row"))[1] as HTMLElement;
}

describe("the list of series", () => {
  it("says when there are none", async () => {
    drawList([]);
    expect(await screen.findByText("No series yet")).toBeVisible();
  });

  it("says when they cannot be read, and tries again", async () => {
    const answers: unknown[] = [refusal(503, { code: "unavailable", detail: "Postgres is away." }), { results: [aSeries()] }];
    fakeApi({ "GET series/": () => answers.shift() });
    draw(<SeriesList labels={LABELS} />);
    expect(await screen.findByText("Postgres is away.")).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Retry" }));
    expect(await screen.findByText("Send one-time password")).toBeVisible();
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("shows timing, state, the last run with the way to it, and whose it is", async () => {
    const ended = anEndedJob({ state: "failed", reason: "timeout" });
    const shown = { payload: { user_id: 7 }, max_runs: 10, run_count: 3, owned_by_template: false, created_by: "ann" };
    drawList([aSeries({ ...shown, last_job: ended.job_id, last_run: runOf(ended) })]);
    const row = within(await firstRow());
    expect(row.getByText("Active")).toBeVisible();
    expect(row.getByText("10 s after each end")).toBeVisible();
    expect(row.getByText('{"user_id":7}')).toBeVisible();
    expect(row.getByRole("link", { name: /^Failed.*timed out/ })).toHaveAttribute("href", `/jobs/${ended.job_id}`);
    expect(row.getByRole("link", { name: "3 of 10 runs: jobs of this series" })).toHaveAttribute("href", `/jobs?series=${aSeries().id}`);
    expect(row.getByText("ann")).toBeVisible();
  });

  it("shows when the next job is due, exactly on hover, and the state of one under way", async () => {
    const soon = aJob({ start_time: new Date(Date.now() + 3_600_000).toISOString() });
    drawList([aSeries({ live_run: runOf(soon) }), aSeries({ id: "second", live_run: runOf(aRunningJob()) })]);
    expect(await screen.findByText(/^in (59 m 59 s|1 h 0 m)/)).toHaveAttribute("title", expect.stringContaining(":"));
    expect(screen.getByRole("link", { name: "Running" })).toBeVisible();
  });

  it("is paused only after its reader was told what that ends, and resumed by the same button", async () => {
    const log = drawList([aSeries()]);
    await userEvent.click(await screen.findByRole("button", { name: /^Pause Send/ }));
    const dialog = within(screen.getByRole("dialog"));
    expect(dialog.getByText(/ends as terminated/)).toBeVisible();
    expect(log.filter(({ method }) => method === "POST")).toEqual([]);

    await userEvent.click(dialog.getByRole("button", { name: "Pause series" }));
    expect(await screen.findByText("Paused")).toBeVisible();
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(screen.queryByRole("button", { name: /^Run now/ })).toBeNull();

    await userEvent.click(screen.getByRole("button", { name: /^Resume Send/ }));
    expect(await screen.findByText("Active")).toBeVisible();
    const posted = log.filter(({ method }) => method === "POST").map(({ path }) => path.split("/")[2]);
    expect(posted).toEqual(["pause", "resume"]);
  });

  it("offers no second run while one is under way", async () => {
    const log = drawList([aSeries({ live_run: runOf(aRunningJob()) })]);
    const button = await screen.findByRole("button", { name: /^Run now/ });
    expect(button).toHaveAttribute("aria-disabled", "true");
    await userEvent.click(button, { pointerEventsCheck: 0 });
    expect(log.filter(({ method }) => method === "POST")).toEqual([]);
  });

  it("lets operators run it now but not pause it", async () => {
    const log = drawList([aSeries()], { role: "operator" });
    await userEvent.click(await screen.findByRole("button", { name: /^Run now/ }));
    expect(log.some(({ path }) => path.endsWith("run_now/"))).toBe(true);
    expect(screen.queryByRole("button", { name: /^Pause/ })).toBeNull();
  });

  it("offers viewers nothing", async () => {
    drawList([aSeries()], { role: "viewer" });
    expect(await screen.findByText("Active")).toBeVisible();
    expect(screen.queryByRole("button")).toBeNull();
  });

  it("offers nothing for one that has had its last run", async () => {
    drawList([aSeries({ state: "ended", live_run: null })], { role: "admin" });
    expect(await screen.findByText("Ended")).toBeVisible();
    expect(screen.queryByRole("button")).toBeNull();
  });
});
