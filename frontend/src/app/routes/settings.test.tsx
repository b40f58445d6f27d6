import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { CurrentUserProvider } from "@/lib/current-user";
import type { Role } from "@/types/api";
import { fakeApi } from "@test/fake-api";
import { aPerson, noFactors } from "@test/people";
import { draw } from "@test/render";
import { SettingsRoute } from "./settings";

const PROVIDER = { name: "Example login", url: "/sign-in/oidc/" };

function drawSettings({ role = "operator" as Role, has_password = true, local_sign_in = true, sign_in = [] as unknown[] }) {
  const list = () => ({ results: [], next: null });
  fakeApi({
    "GET session/": () => ({ user: null, version: "1", csrf_token: "", sign_in, local_sign_in, second_factor_due: false }),
    "GET session/factors/": () => noFactors(),
    "GET sessions/": list,
    "GET tokens/": list,
  });
  draw(
    <CurrentUserProvider value={{ ...aPerson(role), has_password }}>
      <SettingsRoute />
    </CurrentUserProvider>,
  );
}

describe("the settings", () => {
  it("have a password and second factors for who signs in by password", async () => {
    drawSettings({ sign_in: [PROVIDER] });
    expect(await screen.findByLabelText("Current password")).toBeVisible();
    expect(await screen.findByRole("button", { name: "Set up an app" })).toBeVisible();
  });

  it.each([
    ["came by a link", { has_password: false }, /^You have no password here. To set one, ask an admin for a reset link.$/],
    ["comes by the provider", { has_password: false, sign_in: [PROVIDER] }, /^You have no password here. The provider .* keeps your password/],
    ["has one that nobody asks for", { local_sign_in: false, sign_in: [PROVIDER] }, /^Nobody signs in by name and password here. The provider/],
  ])("say where the password is to who %s", async (_who, given, words) => {
    drawSettings(given);
    expect(await screen.findByText(words)).toBeVisible();
    expect(screen.queryByLabelText("Current password")).toBeNull();
    expect(screen.queryByText("Second factor")).toBeNull();
  });

  it("lead an admin who came by a link to a reset link of their own", async () => {
    drawSettings({ role: "admin", has_password: false });
    expect(await screen.findByRole("link", { name: "users" })).toHaveAttribute("href", "/access/users");
  });
});
