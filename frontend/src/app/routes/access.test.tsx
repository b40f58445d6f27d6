import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Route, Routes } from "react-router";
import { describe, expect, it } from "vitest";

import type { Role } from "@/types/api";
import { fakeApi } from "@test/fake-api";
import { aGrant, aUser } from "@test/people";
import { draw } from "@test/render";
import { AccessRoute, GrantsRoute, UsersRoute } from "./access";

function drawAccess(role: Role) {
  const log = fakeApi({
    "GET users/": () => ({ results: [aUser()], next: null }),
    "GET grants/": () => ({ results: [aGrant()], next: null }),
  });
  draw(
    <Routes>
      <Route path="/access" element={<AccessRoute />}>
        <Route path="users" element={<UsersRoute />} />
        <Route path="grants" element={<GrantsRoute />} />
      </Route>
    </Routes>,
    { role, address: "/access/users" },
  );
  return log;
}

describe("the pages of access", () => {
  it("lead from one to the other", async () => {
    drawAccess("admin");
    expect(await screen.findByRole("table", { name: "Users" })).toBeVisible();
    await userEvent.click(screen.getByRole("link", { name: "Grants" }));
    expect(await screen.findByRole("table", { name: "Grants" })).toBeVisible();
    expect(screen.getByRole("link", { name: "Grants" })).toHaveAttribute("aria-current", "page");
  });

  it("say to others whom to ask, and read nothing", () => {
    const log = drawAccess("editor");
    expect(screen.getByText("That is for admins: ask one of them.")).toBeVisible();
    expect(log).toEqual([]);
  });
});
