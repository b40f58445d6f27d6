import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";

import type { ApiToken } from "@/types/api";
import { fakeApi, makeRefusal } from "@test/fake-api";
import { aToken } from "@test/people";
import { draw } from "@test/render";
import { TokensPanel } from "./tokens-panel";

const SECRET = "rjs_a1b2c3d4_only_once";

/** Draws the panel with a fake server that stores tokens. */
function drawPanel(stored: ApiToken[] = []) {
  const log = fakeApi({
    "GET tokens/": () => ({ results: stored, next: null }),
    "POST tokens/": ({ body }) => {
      const token = aToken(body as Partial<ApiToken>);
      stored.unshift(token);
      return { ...token, token: SECRET };
    },
    [`DELETE tokens/${stored[0]?.id ?? 0}/`]: () => {
      stored.shift();
      return new Response(null, { status: 204 });
    },
  });
  draw(<TokensPanel />);
  return log;
}

async function openForm() {
  await userEvent.click(screen.getByRole("button", { name: "New token" }));
  return within(screen.getByRole("dialog", { name: "New token" }));
}

describe("the panel of API tokens", () => {
  it("says what a token is for while there is none", async () => {
    drawPanel();
    expect(await screen.findByText("No tokens yet")).toBeVisible();
  });

  it("shows what each may do, until when, and when it was used", async () => {
    drawPanel([
      aToken({ name: "bot", scopes: ["read", "run"], job_types: ["billing_*"], last_used_at: "2026-01-31T12:00:00Z", last_used_ip: "192.0.2.9" }),
      aToken({ name: "old", expires_at: "2026-01-31T12:00:00Z" }),
    ]);
    const bot = within(await screen.findByRole("row", { name: /^bot/ }));
    for (const text of ["Run", "billing_*", "from 192.0.2.9"]) expect(bot.getByText(text)).toBeVisible();
    const old = within(screen.getByRole("row", { name: /^old/ }));
    for (const text of ["Expired", "all job types", "never"]) expect(old.getByText(text)).toBeVisible();
  });

  it("creates one with a scope, job types and days, and shows it once", async () => {
    const log = drawPanel();
    const form = await openForm();
    await userEvent.type(form.getByLabelText("Name"), "nightly import");
    await userEvent.click(form.getByLabelText("Run"));
    fireEvent.change(form.getByLabelText("Job types"), { target: { value: "billing_*,mail_job" } });
    await userEvent.clear(form.getByLabelText("Expires in days"));
    await userEvent.type(form.getByLabelText("Expires in days"), "30");
    await userEvent.click(form.getByRole("button", { name: "Create token" }));

    const shown = within(await screen.findByRole("region", { name: "The token nightly import" }));
    expect(shown.getByText(SECRET)).toBeVisible();
    expect(shown.getByText(/it is not shown again/)).toBeVisible();
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(log.find(({ method }) => method === "POST")?.body).toEqual({
      name: "nightly import",
      scopes: ["run"],
      job_types: ["billing_*", "mail_job"],
      expires_in_days: 30,
    });
    await userEvent.click(shown.getByRole("button", { name: "Done, hide it" }));
    expect(screen.queryByText(SECRET)).toBeNull();
  });

  it("copies it", async () => {
    const user = userEvent.setup();
    drawPanel();
    const form = await openForm();
    await user.type(form.getByLabelText("Name"), "bot");
    await user.click(form.getByRole("button", { name: "Create token" }));
    await user.click(await screen.findByRole("button", { name: "Copy" }));
    expect(await screen.findByRole("button", { name: "Copied" })).toBeVisible();
    expect(await navigator.clipboard.readText()).toBe(SECRET);
  });

  it("shows refusals at their fields and keeps what was typed", async () => {
    fakeApi({
      "GET tokens/": () => ({ results: [], next: null }),
      "POST tokens/": () =>
        makeRefusal(
          400,
          { code: "maximum", detail: "At most 365 days.", attr: "expires_in_days" },
          { code: "scope", detail: "A token makes none that is wider than itself.", attr: null },
        ),
    });
    draw(<TokensPanel />);
    const form = await openForm();
    await userEvent.type(form.getByLabelText("Name"), "bot");
    await userEvent.type(form.getByLabelText("Expires in days"), "0");
    await userEvent.click(form.getByRole("button", { name: "Create token" }));
    expect(await form.findByText("At most 365 days.")).toBeVisible();
    expect(form.getByLabelText("Expires in days")).toHaveAccessibleDescription("At most 365 days.");
    expect(form.getByRole("alert")).toHaveTextContent("A token makes none that is wider than itself.");
    expect(form.getByLabelText("Name")).toHaveValue("bot");
  });

  it("revokes one after saying what that does", async () => {
    drawPanel([aToken({ name: "bot" })]);
    await userEvent.click(await screen.findByRole("button", { name: "Revoke bot" }));
    const dialog = within(screen.getByRole("dialog", { name: "Revoke bot?" }));
    expect(dialog.getByText(/Programs that use it are refused.*It has never been used/)).toBeVisible();
    await userEvent.click(dialog.getByRole("button", { name: "Revoke token" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(await screen.findByText("No tokens yet")).toBeVisible();
  });
});
