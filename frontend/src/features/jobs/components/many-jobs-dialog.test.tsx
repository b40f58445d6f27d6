import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";

import type { JobFilters } from "@/lib/query-keys";
import { fakeApi, makeRefusal } from "@test/fake-api";
import { draw } from "@test/render";
import type { ManyAction } from "../api/many-jobs";
import { ManyJobsDialog } from "./many-jobs-dialog";

const NONE: JobFilters = { state: [], job_type: [], search: "", series: "" };
const STOPPED = { matched: 1203, terminated: 1200, requested: 2, already_ended: 1, capped: false };
const RERUN = { matched: 3, capped: false, created: [], refused: [{ job_id: "0a-b", errors: [{ code: "enum", detail: "Not any more.", attr: null }] }] };

function drawDialog(action: ManyAction, answers: unknown[], filters = NONE) {
  const closed = vi.fn();
  const log = fakeApi({ [`POST jobs/${action}/`]: () => answers.shift() });
  draw(<ManyJobsDialog action={action} selection="jobs" filters={filters} onClose={closed} />);
  return { log, closed };
}

describe("the dialog about many jobs", () => {
  it("shows how many would be stopped before any is", async () => {
    const { log } = drawDialog("terminate", [STOPPED]);
    expect(await screen.findByText(/1,200 jobs have not started and would end at once, 2 jobs would be asked to stop, 1 job has ended/)).toBeVisible();
    expect(log.map(({ body }) => body)).toEqual([{ all: true, dry_run: true }]);
  });

  it("says when more may match than were counted", async () => {
    drawDialog("rerun", [{ matched: 10_000, capped: true, created: [], refused: [] }]);
    expect(await screen.findByText(/10,000 jobs would run again.* More may match/)).toBeVisible();
  });

  it("asks for those that the filters show, and for nothing blank", async () => {
    const { log } = drawDialog("terminate", [STOPPED, STOPPED], { ...NONE, state: ["scheduled"], search: " otp " });
    await userEvent.click(await screen.findByRole("button", { name: "Terminate: 1,203 jobs" }));
    expect(log[1]?.body).toEqual({ filter: { state: ["scheduled"], search: "otp" } });
  });

  it("stops once however often it is clicked, and closes", async () => {
    const { log, closed } = drawDialog("terminate", [STOPPED, { operation: "http://x/api/v1/operations/1/" }]);
    await userEvent.dblClick(await screen.findByRole("button", { name: /^Terminate:/ }));
    await waitFor(() => expect(closed).toHaveBeenCalledOnce());
    expect(log).toHaveLength(2);
  });

  it("stays open for what was refused, each with its reason", async () => {
    const { log, closed } = drawDialog("rerun", [RERUN, { ...RERUN, created: ["1", "2"] }]);
    expect(await screen.findByText(/3 jobs would run again.* 1 job of these would be refused/)).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Run again: 3 jobs" }));
    expect(await screen.findByRole("button", { name: "Close" })).toBeVisible();
    expect(screen.getByText(/Not any more/)).toBeVisible();
    expect(log[1]?.headers.get("Idempotency-Key")).toMatch(/^[0-9a-f]{32}$/);
    expect(closed).not.toHaveBeenCalled();
  });

  it("offers nothing to do where nothing matches", async () => {
    drawDialog("terminate", [{ matched: 0, terminated: 0, requested: 0, already_ended: 0, capped: false }]);
    expect(await screen.findByText("No job matches at this moment.")).toBeVisible();
    expect(screen.queryByRole("button", { name: /^Terminate:/ })).toBeNull();
  });

  it("says when they cannot be counted, and tries again", async () => {
    drawDialog("terminate", [makeRefusal(503, { code: "unavailable", detail: "Postgres is away." }), STOPPED]);
    expect(await screen.findByText("Postgres is away.")).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Retry" }));
    expect(await screen.findByText(/1,200 jobs have not started/)).toBeVisible();
  });

  it("repeats a re-run that was not answered with the same key", async () => {
    const { log } = drawDialog("rerun", [{ ...RERUN, refused: [] }, makeRefusal(503, { code: "unavailable", detail: "Away." }), RERUN]);
    await userEvent.click(await screen.findByRole("button", { name: "Run again: 3 jobs" }));
    await userEvent.click(await screen.findByRole("button", { name: "Retry" }));
    const [first, second] = log.slice(1).map(({ headers }) => headers.get("Idempotency-Key"));
    expect(second).toBe(first);
  });
});
