import { fireEvent, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";

import type { Series, Template } from "@/types/api";
import { aJob, anEndedJob, aRunningJob, aSeries, EVERY_RIGHT, toSeriesRun, withRights } from "@test/factories";
import { fakeApi, makeRefusal } from "@test/fake-api";
import { draw } from "@test/render";
import { SeriesList } from "./series-list";

const LABELS = new Map([["otp_send_job", "Send one-time password"]]);

/** Draws the list with a fake server that returns and changes the stored series. */
function drawList(stored: Series[], templates: Template[] = withRights(...EVERY_RIGHT)) {
  const change = (changes: Partial<Series>) => () => Object.assign(stored[0] as Series, changes);
  const of = `series/${stored[0]?.id ?? ""}`;
  const log = fakeApi({
    "GET series/": () => ({ results: stored.map((series) => ({ ...series })) }),
    [`POST ${of}/pause/`]: change({ state: "paused", live_run: null, next_start_time: null }),
    [`POST ${of}/resume/`]: change({ state: "active", live_run: toSeriesRun(aJob()) }),
    [`POST ${of}/run_now/`]: () => aJob(),
  });
  draw(<SeriesList labels={LABELS} />, { templates });
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
    const answers: unknown[] = [makeRefusal(503, { code: "unavailable", detail: "Postgres is away." }), { results: [aSeries()] }];
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
    drawList([aSeries({ ...shown, last_job: ended.job_id, last_run: toSeriesRun(ended) })]);
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
    drawList([aSeries({ live_run: toSeriesRun(soon) }), aSeries({ id: "second", live_run: toSeriesRun(aRunningJob()) })]);
    expect(await screen.findByText(/^in (59 m 59 s|1 h 0 m)/)).toHaveAttribute("title", expect.stringContaining(":"));
    expect(screen.getByRole("link", { name: "Running" })).toBeVisible();
  });

  it("is paused only after a confirmation that says what it ends, and resumed by the same button", async () => {
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
    const log = drawList([aSeries({ live_run: toSeriesRun(aRunningJob()) })]);
    const button = await screen.findByRole("button", { name: /^Run now/ });
    expect(button).toHaveAttribute("aria-disabled", "true");
    await userEvent.click(button, { pointerEventsCheck: 0 });
    expect(log.filter(({ method }) => method === "POST")).toEqual([]);
  });

  it("lets those run it now who may run its job type, but not pause it", async () => {
    const log = drawList([aSeries()], withRights("see", "run"));
    await userEvent.click(await screen.findByRole("button", { name: /^Run now/ }));
    expect(log.some(({ path }) => path.endsWith("run_now/"))).toBe(true);
    expect(screen.queryByRole("button", { name: /^Pause/ })).toBeNull();
  });

  it("offers nothing that would change it without a right on its job type", async () => {
    drawList([aSeries()], withRights("see", "read", "stop"));
    expect(await screen.findByText("Active")).toBeVisible();
    expect(screen.queryByRole("button", { name: /^(Run now|Pause|Resume)/ })).toBeNull();
  });

  it("offers no change of one that has had its last run", async () => {
    drawList([aSeries({ state: "ended", live_run: null })]);
    expect(await screen.findByText("Ended")).toBeVisible();
    expect(screen.queryByRole("button", { name: /^(Run now|Pause|Resume)/ })).toBeNull();
  });

  it("says that the payload is hidden from those who may only see that it runs", async () => {
    drawList([aSeries({ hidden: true })], withRights("see"));
    expect(await screen.findByText("payload hidden from you")).toBeVisible();
  });

  it("is paused until a time that its reader chooses by his own clock", async () => {
    const log = drawList([aSeries()]);
    await userEvent.click(await screen.findByRole("button", { name: /^Pause Send/ }));
    const dialog = within(screen.getByRole("dialog"));
    fireEvent.change(dialog.getByLabelText("Until"), { target: { value: "2030-01-31T10:00" } });
    await userEvent.click(dialog.getByRole("button", { name: "Pause series" }));
    expect(await screen.findByText("Paused")).toBeVisible();
    const { until } = log.find(({ path }) => path.endsWith("pause/"))?.body as { until: string };
    expect(new Date(until)).toEqual(new Date("2030-01-31T10:00"));
  });

  it("says what is wrong with such a time, and keeps the question open", async () => {
    const stored = aSeries();
    const past = makeRefusal(400, { code: "minimum", detail: "This time is past.", attr: "until" });
    fakeApi({ "GET series/": () => ({ results: [stored] }), [`POST series/${stored.id}/pause/`]: () => past });
    draw(<SeriesList labels={LABELS} />, { templates: withRights(...EVERY_RIGHT) });
    await userEvent.click(await screen.findByRole("button", { name: /^Pause Send/ }));
    fireEvent.change(screen.getByLabelText("Until"), { target: { value: "2020-01-31T10:00" } });
    await userEvent.click(screen.getByRole("button", { name: "Pause series" }));
    expect(await screen.findByText("This time is past.")).toBeVisible();
    expect(screen.getByLabelText("Until")).toHaveValue("2020-01-31T10:00");
  });

  it("says why it stands still, and that its runs fail", async () => {
    const why = "The last 3 runs failed, and pauseAfterFailures of its template is 3.";
    drawList([
      aSeries({ state: "paused", live_run: null, paused_reason: why, failures_in_row: 3 }),
      aSeries({ id: "second", failures_in_row: 2 }),
    ]);
    expect(await screen.findByText(why)).toBeVisible();
    expect(screen.getByText("the last 2 runs failed")).toBeVisible();
  });

  it("shows the next runs of one, with what a change of clocks does to them", async () => {
    const stored = aSeries();
    const note = "02:30 is left out on this day, because the clocks go forward: it runs right after.";
    const results = [{ start_time: "2026-03-29T01:00:00Z", local: "2026-03-29T03:00:00+02:00", note }];
    const log = fakeApi({ "GET series/": () => ({ results: [stored] }), [`GET series/${stored.id}/upcoming/`]: () => ({ results }) });
    draw(<SeriesList labels={LABELS} />, { templates: withRights("see") });
    await userEvent.click(await screen.findByRole("button", { name: /next runs of Send/ }));
    expect(await screen.findByText("2026-03-29 03:00:00 +02:00")).toBeVisible();
    expect(screen.getByText(note)).toBeVisible();
    expect(log.at(-1)?.query.get("count")).toBe("5");
    await userEvent.click(screen.getByRole("button", { name: "Close" }));
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("says that one which is paused has no next run", async () => {
    const stored = aSeries({ state: "paused", live_run: null });
    fakeApi({ "GET series/": () => ({ results: [stored] }), [`GET series/${stored.id}/upcoming/`]: () => ({ results: [] }) });
    draw(<SeriesList labels={LABELS} />, { templates: withRights("see") });
    await userEvent.click(await screen.findByRole("button", { name: /next runs of Send/ }));
    expect(await screen.findByText(/^None while it is paused/)).toBeVisible();
  });
});
