import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";

import type { UserGroup } from "@/types/api";
import { fakeApi, makeRefusal } from "@test/fake-api";
import { aGrant, aUser } from "@test/people";
import { draw } from "@test/render";
import { GroupsTab } from "./groups-tab";

function drawTab(...groups: UserGroup[]) {
  const log = fakeApi({
    "GET groups/": () => ({ results: groups.map((group) => ({ ...group })), next: null }),
    "GET users/": () => ({ results: [aUser(), aUser({ name: "carl" })], next: null }),
    "GET grants/": () => ({ results: [aGrant({ user: null, group: "billing" })], next: null }),
    "POST groups/": ({ body }) => {
      groups.push(body as UserGroup);
      return body;
    },
    "PATCH groups/billing/": ({ body }) => Object.assign(groups[0] as UserGroup, body),
    "DELETE groups/billing/": () => {
      groups.shift();
      return new Response(null, { status: 204 });
    },
  });
  draw(<GroupsTab />, { role: "admin" });
  return log;
}

async function click(name: string): Promise<void> {
  await userEvent.click(await screen.findByRole("button", { name }));
}

describe("the list of groups", () => {
  it("says what a group is for while there is none, and creates one", async () => {
    const log = drawTab();
    expect(await screen.findByText("No groups yet")).toBeVisible();
    await click("New group");
    await userEvent.type(screen.getByLabelText("Name"), "billing");
    await userEvent.click(await screen.findByLabelText("carl"));
    expect(screen.getByText("1 chosen")).toBeVisible();
    await click("Create group");
    expect(await screen.findByRole("row", { name: /^billing/ })).toHaveTextContent("carl");
    expect(log.find(({ method }) => method === "POST")?.body).toEqual({ name: "billing", members: ["carl"] });
  });

  it("changes the members", async () => {
    drawTab({ name: "billing", members: ["bob"] });
    await click("Change billing");
    await userEvent.click(await screen.findByLabelText("bob"));
    await userEvent.click(await screen.findByLabelText("carl"));
    await click("Save");
    await waitFor(() => expect(screen.getByRole("row", { name: /^billing/ })).toHaveTextContent("carl"));
    expect(screen.getByRole("row", { name: /^billing/ })).not.toHaveTextContent("bob");
  });

  it("deletes one after saying what goes with it", async () => {
    drawTab({ name: "billing", members: ["bob", "carl"] });
    await click("Delete billing");
    const dialog = within(screen.getByRole("dialog", { name: "Delete billing?" }));
    expect(await dialog.findByText(/1 grant to it goes with it; 2 members lose at once/)).toBeVisible();
    await click("Delete group");
    expect(await screen.findByText("No groups yet")).toBeVisible();
  });

  it("shows refusals at their fields and keeps what was typed", async () => {
    fakeApi({
      "GET groups/": () => ({ results: [], next: null }),
      "GET users/": () => ({ results: [aUser()], next: null }),
      "POST groups/": () =>
        makeRefusal(400, { code: "group_exists", detail: "There is one already.", attr: "name" }, { code: "unknown_user", detail: "There is no user bob.", attr: "members.0" }),
    });
    draw(<GroupsTab />, { role: "admin" });
    await click("New group");
    await userEvent.type(screen.getByLabelText("Name"), "billing");
    await userEvent.click(await screen.findByLabelText("bob"));
    await click("Create group");
    expect(await screen.findByText("There is one already.")).toBeVisible();
    expect(screen.getByText("There is no user bob.")).toBeVisible();
    expect(screen.getByLabelText("Name")).toHaveValue("billing");
    expect(screen.getByLabelText("bob")).toBeChecked();
  });
});
