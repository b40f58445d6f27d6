import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";

import type { Operation, Template } from "@/types/api";
import { anOperation, aTemplate, withRights } from "@test/factories";
import { fakeApi } from "@test/fake-api";
import { draw } from "@test/render";
import { Operations } from "./operations";

/** Draws the operations with a fake server that returns and changes the stored one. */
function drawOperations(stored: Operation, templates: Template[] = [aTemplate()]) {
  fakeApi({
    "GET operations/": () => ({ next: null, previous: null, results: [{ ...stored }] }),
    [`POST operations/${stored.id}/cancel/`]: () => Object.assign(stored, { state: "cancelled" }),
  });
  draw(<Operations />, { templates });
}

describe("work on many jobs in the background", () => {
  it("is shown with its progress until it is over", async () => {
    const operation = anOperation();
    drawOperations(operation);
    expect(await screen.findByText("Terminating 500 of 2,000 jobs, for ann")).toBeVisible();
    expect(screen.getByRole("progressbar")).toHaveAttribute("aria-valuenow", "25");
    Object.assign(operation, { state: "done", done: 1999, refused: 1 });
    expect(await screen.findByText("Terminated 1,999 of 2,000 jobs, 1 refused, for ann", undefined, { timeout: 3000 })).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Dismiss" }));
    expect(screen.queryByText(/Terminated/)).toBeNull();
  });

  it("is cancelled by those who may run something", async () => {
    drawOperations(anOperation({ kind: "rerun" }));
    await userEvent.click(await screen.findByRole("button", { name: "Cancel" }));
    expect(await screen.findByText("Ran again 500 of 2,000 jobs, then cancelled, for ann")).toBeVisible();
  });

  it("is only seen by those who may run nothing", async () => {
    drawOperations(anOperation(), withRights("see", "read"));
    expect(await screen.findByRole("progressbar")).toBeVisible();
    expect(screen.queryByRole("button")).toBeNull();
  });

  it("is no news where it was over before", async () => {
    drawOperations(anOperation({ state: "done" }));
    await waitFor(() => expect(fetch).toHaveBeenCalled());
    expect(screen.queryByText(/Terminated/)).toBeNull();
  });
});
