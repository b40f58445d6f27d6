import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";

import type { Passkey } from "@/types/api";
import { fakeApi, makeRefusal, type RecordedRequest } from "@test/fake-api";
import { noFactors } from "@test/people";
import { draw } from "@test/render";
import { SecondFactorPanel } from "./second-factor-panel";

const MADE = { id: "abc", response: {} };
const OPTIONS = { passkey_options: { challenge: "x" } };
const LAPTOP: Passkey = { id: 7, name: "my laptop", host: "jobs.example.org", created_at: "2026-01-31T12:00:00Z", last_used_at: null };

/** A browser that makes passkeys; `create` is what it does when it is asked for one. */
function offerPasskeys(create: () => Promise<unknown> = () => Promise.resolve()): void {
  class Made {
    static parseCreationOptionsFromJSON = (options: unknown) => options;
    toJSON = () => MADE;
  }
  vi.stubGlobal("PublicKeyCredential", Made);
  const credentials = { create: () => create().then(() => new Made()) };
  Object.defineProperty(navigator, "credentials", { configurable: true, value: credentials });
}

function drawPanel(routes: Record<string, (request: RecordedRequest) => unknown>, ...before: Passkey[]) {
  let stored = noFactors({ passkeys: before });
  const log = fakeApi({
    "GET session/factors/": () => stored,
    "POST session/factors/passkeys/begin/": () => OPTIONS,
    "POST session/factors/passkeys/": () => {
      stored = noFactors({ passkeys: [LAPTOP], recovery_codes_left: 1 });
      return Response.json({ ...LAPTOP, recovery_codes: ["aaaa-bbbb"] }, { status: 201 });
    },
    "DELETE session/factors/passkeys/7/": () => {
      stored = noFactors();
      return new Response(null, { status: 204 });
    },
    ...routes,
  });
  draw(<SecondFactorPanel />);
  return log;
}

async function add(): Promise<void> {
  await userEvent.type(await screen.findByLabelText("Name of a new passkey"), "my laptop{Enter}");
}

describe("passkeys in the panel of second factors", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("are made by the browser and stored under a name, after the password", async () => {
    offerPasskeys();
    const refusal = makeRefusal(400, { code: "password_needed", detail: "Send your current password.", attr: "password" });
    const begin = ({ body }: RecordedRequest) => ((body as { password?: string }).password === "secret" ? OPTIONS : refusal);
    const log = drawPanel({ "POST session/factors/passkeys/begin/": begin });
    await add();
    await userEvent.type(await screen.findByLabelText("Your current password"), "secret{Enter}");
    const row = within(await screen.findByRole("row", { name: /^my laptop/ }));
    expect(row.getByText("jobs.example.org")).toBeVisible();
    expect(row.getByText("never")).toBeVisible();
    expect(screen.getByText("aaaa-bbbb")).toBeVisible();
    expect(log.find(({ path }) => path === "session/factors/passkeys/")?.body).toEqual({ name: "my laptop", passkey: MADE });
  });

  it("say why the server wants none at this address, and keep the name", async () => {
    offerPasskeys();
    const refusal = { code: "passkeys_need_a_name", detail: "Passkeys need a host name." };
    drawPanel({ "POST session/factors/passkeys/begin/": () => makeRefusal(409, refusal) });
    await add();
    expect(await screen.findByRole("alert")).toHaveTextContent(refusal.detail);
    expect(screen.getByLabelText("Name of a new passkey")).toHaveValue("my laptop");
  });

  it("say that the browser made none", async () => {
    offerPasskeys(() => Promise.reject(new DOMException("cancelled", "NotAllowedError")));
    const log = drawPanel({});
    await add();
    expect(await screen.findByRole("alert")).toHaveTextContent("The browser made no passkey. Try it again.");
    expect(log.some(({ path }) => path === "session/factors/passkeys/")).toBe(false);
  });

  it("are not offered by a browser that makes none here", async () => {
    drawPanel({});
    expect(await screen.findByText(/^This browser makes no passkeys here/)).toBeVisible();
    expect(screen.queryByRole("button", { name: "Add a passkey" })).toBeNull();
  });

  it("are removed one by one", async () => {
    drawPanel({}, LAPTOP);
    await userEvent.click(await screen.findByRole("button", { name: "Remove my laptop" }));
    await userEvent.click(within(screen.getByRole("dialog", { name: "Remove my laptop?" })).getByRole("button", { name: "Remove passkey" }));
    expect(await screen.findByText("There is none yet.")).toBeVisible();
    expect(screen.queryByRole("dialog")).toBeNull();
  });
});
