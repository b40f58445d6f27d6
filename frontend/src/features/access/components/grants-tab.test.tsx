import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";

import type { Grant } from "@/types/api";
import { fakeApi, makeRefusal } from "@test/fake-api";
import { aGrant, aUser } from "@test/people";
import { draw } from "@test/render";
import { GrantsTab } from "./grants-tab";

const LISTS = {
  "GET users/": () => ({ results: [aUser(), aUser({ name: "carl" })], next: null }),
  "GET groups/": () => ({ results: [{ name: "billing", members: [] }], next: null }),
};

function drawTab(...grants: Grant[]) {
  const id = grants[0]?.id ?? 0;
  const log = fakeApi({
    ...LISTS,
    "GET grants/": () => ({ results: grants.map((grant) => ({ ...grant })), next: null }),
    "POST grants/": ({ body }) => {
      const grant = aGrant({ user: null, group: null, ...(body as Partial<Grant>) });
      grants.push(grant);
      return grant;
    },
    [`PATCH grants/${id}/`]: ({ body }) => Object.assign(grants[0] as Grant, body),
    [`DELETE grants/${id}/`]: () => {
      grants.shift();
      return new Response(null, { status: 204 });
    },
  });
  draw(<GrantsTab />, { role: "admin" });
  return log;
}

async function click(name: string): Promise<void> {
  await userEvent.click(await screen.findByRole("button", { name }));
}

describe("the list of grants", () => {
  it("says what a grant is for while there is none", async () => {
    drawTab();
    expect(await screen.findByText("No grants yet")).toBeVisible();
  });

  it("gives a group rights on patterns of job types", async () => {
    const log = drawTab();
    await click("New grant");
    const form = within(screen.getByRole("dialog", { name: "New grant" }));
    await userEvent.click(form.getByLabelText("A group: all its members"));
    await form.findByRole("option", { name: "billing" });
    await userEvent.selectOptions(await form.findByLabelText("Group"), "billing");
    fireEvent.change(form.getByLabelText("Job types"), { target: { value: "billing_*, mail_job" } });
    await userEvent.click(form.getByLabelText("Run"));
    await userEvent.click(form.getByRole("button", { name: "Make grant" }));
    const row = await screen.findByRole("row", { name: /^billing/ });
    for (const text of ["group", "billing_*, mail_job", "Run"]) expect(within(row).getByText(text)).toBeVisible();
    expect(log.find(({ method }) => method === "POST")?.body).toEqual({ group: "billing", job_types: ["billing_*", "mail_job"], rights: ["see", "run"] });
  });

  it("says in one line what each right allows", async () => {
    drawTab();
    await click("New grant");
    expect(screen.getByLabelText("Stop")).toHaveAccessibleDescription("Terminate its jobs.");
    expect(screen.getByLabelText("See")).toBeDisabled();
  });

  it("changes the rights of one", async () => {
    const grant = aGrant();
    const log = drawTab(grant);
    await click("Change the grant of billing_* for bob");
    await userEvent.click(screen.getByLabelText("Stop"));
    await click("Save");
    await waitFor(() => expect(screen.getByText("Run, Stop")).toBeVisible());
    expect(log.find(({ method }) => method === "PATCH")?.body).toEqual({ job_types: ["billing_*"], rights: ["see", "run", "stop"] });
  });

  it("takes one back after saying what that does", async () => {
    drawTab(aGrant());
    await click("Take back the grant of billing_* for bob");
    expect(screen.getByText(/It gives bob the rights Run on billing_\*. They end at once/)).toBeVisible();
    await click("Take it back");
    expect(await screen.findByText("No grants yet")).toBeVisible();
  });

  it("shows refusals at their fields and keeps what was typed", async () => {
    fakeApi({
      ...LISTS,
      "GET grants/": () => ({ results: [], next: null }),
      "POST grants/": () => makeRefusal(400, { code: "pattern", detail: "Write a job type, or a pattern like billing_*.", attr: "job_types.0" }),
    });
    draw(<GrantsTab />, { role: "admin" });
    await click("New grant");
    await userEvent.selectOptions(await screen.findByLabelText("User"), await screen.findByRole("option", { name: "carl" }));
    await userEvent.type(screen.getByLabelText("Job types"), "Billing");
    await click("Make grant");
    expect(await screen.findByText("Write a job type, or a pattern like billing_*.")).toBeVisible();
    expect(screen.getByLabelText("Job types")).toHaveValue("Billing");
    expect(screen.getByLabelText("User")).toHaveValue("carl");
  });
});
