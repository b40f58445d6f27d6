import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";

import type { AccessUser } from "@/types/api";
import { fakeApi, makeRefusal } from "@test/fake-api";
import { aUser } from "@test/people";
import { draw } from "@test/render";
import { UsersTab } from "./users-tab";

const LINK = "https://jobs.example/reset-password/once/";

/** Draws the tab with a fake server that stores users, and one group. */
function drawTab(...stored: AccessUser[]) {
  const users = [aUser({ name: "ann", role: "admin" }), ...stored];
  const log = fakeApi({
    "GET users/": () => ({ results: users.map((user) => ({ ...user })), next: null }),
    "GET groups/": () => ({ results: [{ name: "billing", members: [] }], next: null }),
    "POST users/": ({ body }) => {
      const user = aUser(body as Partial<AccessUser>);
      users.push(user);
      return user;
    },
    "PATCH users/bob/": ({ body }) => Object.assign(users.find(({ name }) => name === "bob") as AccessUser, body),
    "POST users/bob/reset/": () => ({ url: LINK, expires_at: "2026-02-01T12:00:00Z" }),
  });
  draw(<UsersTab />, { role: "admin" });
  return log;
}

async function click(name: string): Promise<void> {
  await userEvent.click(await screen.findByRole("button", { name }));
}

function findSent(log: ReturnType<typeof drawTab>): unknown {
  return log.find(({ method }) => method !== "GET")?.body;
}

describe("the list of users", () => {
  it("shows what each is, and which one is the reader", async () => {
    drawTab(aUser({ groups: ["billing"], active: false }), aUser({ name: "bot", service: true, last_seen_at: null }));
    const row = async (name: RegExp) => within(await screen.findByRole("row", { name }));
    for (const text of ["You", "Admin"]) expect((await row(/^ann/)).getByText(text)).toBeVisible();
    for (const text of ["Switched off", "billing", "Viewer"]) expect((await row(/^bob/)).getByText(text)).toBeVisible();
    for (const text of ["service account", "never"]) expect((await row(/^bot/)).getByText(text)).toBeVisible();
    expect(screen.queryByRole("button", { name: "Reset link for bot" })).toBeNull();
  });

  it("creates one with a role and groups", async () => {
    const log = drawTab();
    await click("New user");
    const form = within(screen.getByRole("dialog", { name: "New user" }));
    await userEvent.type(form.getByLabelText("Name"), "bob");
    await userEvent.click(form.getByLabelText("Operator"));
    await userEvent.click(await form.findByLabelText("billing"));
    await userEvent.click(form.getByRole("button", { name: "Create user" }));
    expect(await screen.findByRole("row", { name: /^bob/ })).toBeVisible();
    expect(findSent(log)).toEqual({ name: "bob", role: "operator", groups: ["billing"], service: false });
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("shows refusals at their fields and keeps what was typed", async () => {
    fakeApi({
      "GET users/": () => ({ results: [aUser()], next: null }),
      "GET groups/": () => ({ results: [], next: null }),
      "POST users/": () => makeRefusal(409, { code: "user_exists", detail: "There is a user bob already.", attr: "name" }),
    });
    draw(<UsersTab />, { role: "admin" });
    await click("New user");
    const name = screen.getByLabelText("Name");
    await userEvent.type(name, "bob");
    await click("Create user");
    expect(await screen.findByText("There is a user bob already.")).toBeVisible();
    expect(name).toHaveAccessibleDescription(/There is a user bob already/);
    expect(name).toHaveValue("bob");
    expect(screen.getByText("There are no groups yet.")).toBeVisible();
  });

  it("changes a role", async () => {
    const log = drawTab(aUser());
    await click("Change bob");
    await userEvent.click(screen.getByLabelText("Editor"));
    await click("Save");
    await waitFor(() => expect(within(screen.getByRole("row", { name: /^bob/ })).getByText("Editor")).toBeVisible());
    expect(findSent(log)).toEqual({ role: "editor" });
  });

  it("sends nothing where nothing is changed", async () => {
    const log = drawTab(aUser());
    await click("Change bob");
    await click("Save");
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(findSent(log)).toBeUndefined();
  });

  it("switches one off after saying what happens, and on again", async () => {
    const log = drawTab(aUser());
    await click("Switch off bob");
    expect(within(screen.getByRole("dialog", { name: "Switch off bob?" })).getByText(/signed out everywhere.*Jobs and series that exist go on/)).toBeVisible();
    await userEvent.click(screen.getByLabelText("Also revoke all API tokens"));
    await click("Switch off");
    expect(await screen.findByText("Switched off")).toBeVisible();
    expect(findSent(log)).toEqual({ active: false, revoke_tokens: true });
    await click("Switch on bob");
    await waitFor(() => expect(screen.queryByText("Switched off")).toBeNull());
  });

  it("says why one could not be switched off", async () => {
    fakeApi({
      "GET users/": () => ({ results: [aUser()], next: null }),
      "PATCH users/bob/": () => makeRefusal(409, { code: "last_admin", detail: "One active admin must remain." }),
    });
    draw(<UsersTab />, { role: "admin" });
    await click("Switch off bob");
    await click("Switch off");
    expect(await screen.findByText("One active admin must remain.")).toBeVisible();
    expect(screen.getByRole("button", { name: "Retry" })).toBeVisible();
  });

  it("shows a reset link once", async () => {
    drawTab(aUser());
    await click("Reset link for bob");
    expect(within(await screen.findByRole("region", { name: "The reset link of bob" })).getByText(LINK)).toBeVisible();
    await click("Done, hide it");
    expect(screen.queryByText(LINK)).toBeNull();
  });

  it("is searched by name once it is long", async () => {
    drawTab(...Array.from({ length: 8 }, (_, index) => aUser({ name: `user${index}` })));
    await userEvent.type(await screen.findByLabelText("Search users"), "R3");
    expect(screen.getAllByRole("row")).toHaveLength(2);
    await userEvent.type(screen.getByLabelText("Search users"), "x");
    expect(screen.getByText("No user's name contains “R3x”.")).toBeVisible();
  });
});
