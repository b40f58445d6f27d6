import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";

import { reloadPage } from "@/lib/reload-page";
import type { Role } from "@/types/api";
import { fakeApi, makeRefusal } from "@test/fake-api";
import { draw } from "@test/render";
import { Router } from "./router";
import { UserMenu } from "./user-menu";
import { ViewBanner } from "./view-banner";

vi.mock("@/lib/reload-page");

const DONE = () => new Response(null, { status: 204 });

async function openDialog(): Promise<void> {
  draw(<UserMenu />, { role: "admin" });
  await userEvent.click(screen.getByText("Look as ..."));
}

describe("looking as somebody else", () => {
  afterEach(() => vi.mocked(reloadPage).mockClear());

  it("shows what a role sees, after the page is loaded again", async () => {
    const log = fakeApi({ "POST session/view-as/": DONE });
    await openDialog();
    await userEvent.selectOptions(screen.getByLabelText("Role"), "operator");
    await userEvent.click(screen.getByRole("button", { name: "Look" }));
    await vi.waitFor(() => expect(reloadPage).toHaveBeenCalledOnce());
    expect(log.at(-1)?.body).toEqual({ role: "operator" });
  });

  it("takes the name of a user, and says at the field that there is none", async () => {
    let known = false;
    const refusal = { code: "not_found", detail: "There is no user bob.", attr: "user" };
    const log = fakeApi({ "POST session/view-as/": () => (known ? DONE() : makeRefusal(404, refusal)) });
    await openDialog();
    await userEvent.click(screen.getByRole("radio", { name: "A user" }));
    await userEvent.type(screen.getByLabelText("User name"), "bob{Enter}");
    expect(await screen.findByText(refusal.detail)).toBeVisible();
    expect(reloadPage).not.toHaveBeenCalled();
    known = true;
    await userEvent.click(screen.getByRole("button", { name: "Look" }));
    await vi.waitFor(() => expect(reloadPage).toHaveBeenCalledOnce());
    expect(log.at(-1)?.body).toEqual({ user: "bob" });
  });

  it.each<[Role, string | null]>([["editor", null], ["admin", "cleo"]])("is not offered to the role %s looked at by %s", (role, viewer) => {
    fakeApi({});
    draw(<UserMenu />, { role, viewer });
    expect(screen.queryByText("Look as ...")).toBeNull();
  });

  it.each(["/jobs/new", "/templates/otp_send_job/edit", "/new-template", "/settings", "/access/users"])("has no page for changes at %s", (address) => {
    const log = fakeApi({});
    draw(<Router />, { role: "admin", viewer: "cleo", address });
    expect(screen.getByRole("heading", { name: "Not while you look as somebody else" })).toBeVisible();
    expect(screen.queryByText("Settings")).toBeNull();
    expect(log.map(({ path }) => path)).toEqual(["session/", "/health/ready"]);
  });

  it("has a banner that says so and ends it", async () => {
    const log = fakeApi({ "DELETE session/view-as/": DONE });
    draw(<ViewBanner />, { viewer: "cleo" });
    expect(screen.getByText("You look at the platform as ann (operator). Nothing can be changed.")).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "End" }));
    await vi.waitFor(() => expect(reloadPage).toHaveBeenCalledOnce());
    expect(log.at(-1)?.method).toBe("DELETE");
  });

  it("names the role where it is anybody's", () => {
    draw(<ViewBanner />, { viewer: "ann" });
    expect(screen.getByText("You look at the platform as anybody with the role operator. Nothing can be changed.")).toBeVisible();
  });

  it("has no banner otherwise", () => {
    draw(<ViewBanner />);
    expect(screen.queryByRole("button", { name: "End" })).toBeNull();
  });
});
