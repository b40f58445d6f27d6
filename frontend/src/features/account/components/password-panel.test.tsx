import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";

import { fakeApi, makeRefusal } from "@test/fake-api";
import { draw } from "@test/render";
import { PasswordPanel } from "./password-panel";

async function fill(current: string, next: string, repeated = next): Promise<void> {
  await userEvent.type(screen.getByLabelText("Current password"), current);
  await userEvent.type(screen.getByLabelText("New password"), next);
  await userEvent.type(screen.getByLabelText("New password again"), repeated);
  await userEvent.click(screen.getByRole("button", { name: "Change password" }));
}

describe("the panel of the password", () => {
  it("changes it and forgets what was typed", async () => {
    const log = fakeApi({ "POST session/password/": () => new Response(null, { status: 204 }) });
    draw(<PasswordPanel username="ann" />);
    await fill("old one", "a much better one");
    expect(log[0]?.body).toEqual({ current_password: "old one", new_password: "a much better one" });
    await waitFor(() => expect(screen.getByLabelText("Current password")).toHaveValue(""));
  });

  it("sends nothing while the two differ, and says so at the field", async () => {
    const log = fakeApi({});
    draw(<PasswordPanel username="ann" />);
    await fill("old one", "a much better one", "a much other one");
    expect(screen.getByLabelText("New password again")).toHaveAccessibleDescription("This is not the same as the new password");
    expect(log).toEqual([]);
    await userEvent.type(screen.getByLabelText("New password again"), "x");
    expect(screen.queryByText("This is not the same as the new password")).toBeNull();
  });

  it("shows refusals at their fields and keeps what was typed", async () => {
    const refusal = { code: "password_too_short", detail: "It has fewer than 12 characters.", attr: "new_password" };
    fakeApi({ "POST session/password/": () => makeRefusal(400, refusal) });
    draw(<PasswordPanel username="ann" />);
    await fill("old one", "short");
    expect(await screen.findByText(refusal.detail)).toBeVisible();
    expect(screen.getByLabelText("New password")).toHaveAccessibleDescription(refusal.detail);
    expect(screen.getByLabelText("New password")).toHaveValue("short");
  });

  it("shows above the form what no field is to blame for", async () => {
    fakeApi({ "POST session/password/": () => makeRefusal(409, { code: "not_local", detail: "Your password is kept by a provider." }) });
    draw(<PasswordPanel username="ann" />);
    await fill("old one", "a much better one");
    expect(await screen.findByRole("alert")).toHaveTextContent("Your password is kept by a provider.");
  });
});
