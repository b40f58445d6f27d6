import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";

import type { Factors } from "@/types/api";
import { fakeApi, makeRefusal, type RecordedRequest } from "@test/fake-api";
import { noFactors } from "@test/people";
import { draw } from "@test/render";
import { SecondFactorPanel } from "./second-factor-panel";

const CODES = ["aaaa-bbbb", "cccc-dddd"];
const NEEDED = { code: "password_needed", detail: "Send your current password.", attr: "password" };
const WRONG = { code: "wrong_password", detail: "This is not your password.", attr: "password" };

/** Answers as the server does without a fresh proof: only the right password changes something. */
function guarded(answer: () => unknown) {
  return ({ body }: RecordedRequest) => {
    const { password } = body as { password?: string };
    if (password === undefined) return makeRefusal(400, NEEDED);
    return password === "secret" ? answer() : makeRefusal(400, WRONG);
  };
}

function drawPanel(before: Partial<Factors>) {
  let stored = noFactors(before);
  const log = fakeApi({
    "GET session/factors/": () => stored,
    "POST session/factors/totp/": guarded(() => {
      stored = { ...stored, totp: "begun" };
      return Response.json({ secret: "ABCD", url: "otpauth://totp/ann?secret=ABCD" }, { status: 201 });
    }),
    "POST session/factors/totp/confirm/": ({ body }) => {
      if ((body as { code: string }).code !== "123456") return makeRefusal(400, { code: "wrong_code", detail: "This code is wrong.", attr: "code" });
      stored = noFactors({ totp: "confirmed", recovery_codes_left: 2 });
      return { recovery_codes: CODES };
    },
    "DELETE session/factors/totp/": guarded(() => {
      stored = noFactors();
      return new Response(null, { status: 204 });
    }),
    "POST session/factors/recovery-codes/": () => Response.json({ recovery_codes: CODES }, { status: 201 }),
  });
  const onReady = vi.fn();
  draw(<SecondFactorPanel onReady={onReady} />);
  return { log, onReady };
}

async function click(name: string): Promise<void> {
  await userEvent.click(await screen.findByRole("button", { name }));
}

async function sendPassword(password: string, button: string): Promise<void> {
  await userEvent.type(await screen.findByLabelText("Your current password"), password);
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: button }));
}

describe("the panel of second factors", () => {
  it("sets up an app: password, key and link, first code, recovery codes", async () => {
    const { onReady } = drawPanel({});
    await click("Set up an app");
    await sendPassword("secret", "Go on");
    expect(await screen.findByText("ABCD")).toBeVisible();
    expect(screen.getByText("otpauth://totp/ann?secret=ABCD")).toBeVisible();
    expect(screen.getByTitle("The link, to be scanned")).toBeInTheDocument();
    await userEvent.type(screen.getByLabelText("First code of the app"), "123456{Enter}");
    const box = within(await screen.findByRole("region", { name: "Your recovery codes" }));
    expect(box.getByRole("group")).toHaveTextContent("aaaa-bbbb cccc-dddd");
    expect(box.getByRole("button", { name: "Download" })).toBeVisible();
    expect(onReady).not.toHaveBeenCalled();
    await click("Done, hide it");
    expect(onReady).toHaveBeenCalledOnce();
    expect(await screen.findByText("It is set up.")).toBeVisible();
    expect(screen.queryByText("ABCD")).toBeNull();
  });

  it("says that the password or the code is wrong at its field", async () => {
    drawPanel({});
    await click("Set up an app");
    await sendPassword("wrong", "Go on");
    expect(await screen.findByText("This is not your password.")).toBeVisible();
    await userEvent.clear(screen.getByLabelText("Your current password"));
    await sendPassword("secret", "Go on");
    await userEvent.type(await screen.findByLabelText("First code of the app"), "1{Enter}");
    expect(await screen.findByText("This code is wrong.")).toBeVisible();
    expect(screen.getByLabelText("First code of the app")).toHaveAccessibleDescription("This code is wrong.");
  });

  it("asks before it removes the app, and for the password once the server wants it", async () => {
    const { log } = drawPanel({ totp: "confirmed", recovery_codes_left: 10 });
    await click("Remove app");
    const dialog = within(screen.getByRole("dialog", { name: "Remove the authenticator app?" }));
    expect(log.filter(({ method }) => method === "DELETE")).toEqual([]);
    await userEvent.click(dialog.getByRole("button", { name: "Remove app" }));
    await sendPassword("secret", "Remove app");
    expect(await screen.findByText("None is set up.")).toBeVisible();
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(log.filter(({ method }) => method === "DELETE").map(({ body }) => body)).toEqual([{}, { password: "secret" }]);
  });

  it("makes new recovery codes without a password where a factor was proved just now", async () => {
    const { onReady } = drawPanel({ totp: "confirmed", recovery_codes_left: 3 });
    expect(await screen.findByText(/^3 left/)).toBeVisible();
    await click("Make new codes");
    await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Make new codes" }));
    await screen.findByRole("region", { name: "Your recovery codes" });
    await click("Done, hide it");
    await waitFor(() => expect(screen.queryByText(/aaaa-bbbb/)).toBeNull());
    expect(onReady).not.toHaveBeenCalled();
  });

  it("says why none can be set up", async () => {
    fakeApi({
      "GET session/factors/": () => noFactors(),
      "POST session/factors/totp/": () => makeRefusal(409, { code: "no_password", detail: "This account has no password here." }),
    });
    draw(<SecondFactorPanel />);
    await click("Set up an app");
    expect(await screen.findByRole("alert")).toHaveTextContent("This account has no password here.");
    expect(screen.queryByRole("dialog")).toBeNull();
  });
});
