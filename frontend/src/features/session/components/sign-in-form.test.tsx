import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";

import { fakeApi, makeRefusal, type RecordedRequest } from "@test/fake-api";
import { draw } from "@test/render";
import { SignInForm } from "./sign-in-form";

const ANN = { user: { username: "ann", role: "operator" }, version: "1", csrf_token: "x" };
const SIGNED = { id: "abc", response: {} };

function makeFactorDue(body: object): Response {
  const errors = [{ code: "second_factor", detail: "The password is right.", attr: null }];
  return Response.json({ type: "client_error", errors, ...body }, { status: 401 });
}

/** Draws the form and sends the password; `complete` answers the second step. */
async function sendPassword(due: object, complete: () => unknown = () => ANN) {
  const log = fakeApi({
    "GET session/": () => ({ user: null, version: "1", csrf_token: "x" }),
    "POST session/": () => makeFactorDue(due),
    "POST session/second-factor/": complete,
  });
  const onSignedIn = vi.fn();
  draw(<SignInForm username="ann" onSignedIn={onSignedIn} />);
  await userEvent.type(screen.getByLabelText("Password"), "secret");
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
  return { log, onSignedIn };
}

function proofs(log: RecordedRequest[]): unknown[] {
  return log.filter((request) => request.path === "session/second-factor/").map((request) => request.body);
}

/** A browser that has a passkey; `get` is what it does when it is asked for it. */
function offerPasskeys(get: () => Promise<unknown>): void {
  class Passkey {
    static parseRequestOptionsFromJSON = (options: unknown) => options;
    toJSON = () => SIGNED;
  }
  vi.stubGlobal("PublicKeyCredential", Passkey);
  const credentials = { get: () => get().then(() => new Passkey()) };
  Object.defineProperty(navigator, "credentials", { configurable: true, value: credentials });
}

describe("the second step of a sign-in", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("asks for the code of the app, as phones and password managers fill it in", async () => {
    const { log, onSignedIn } = await sendPassword({ methods: ["totp", "recovery_code"] });
    const field = await screen.findByLabelText("Code of your authenticator app");
    expect(field).toHaveFocus();
    expect(field).toHaveAttribute("autocomplete", "one-time-code");
    expect(field).toHaveAttribute("inputmode", "numeric");
    expect(screen.queryByRole("button", { name: "Use a passkey" })).toBeNull();
    await userEvent.type(field, "123456{Enter}");
    await vi.waitFor(() => expect(onSignedIn).toHaveBeenCalledWith("ann"));
    expect(proofs(log)).toEqual([{ code: "123456" }]);
  });

  it("says that a code is wrong at its field", async () => {
    await sendPassword({ methods: ["totp"] }, () => makeRefusal(400, { code: "wrong_second_factor", detail: "This is wrong.", attr: "code" }));
    await userEvent.type(await screen.findByLabelText("Code of your authenticator app"), "1{Enter}");
    expect(await screen.findByRole("alert")).toHaveTextContent("This is wrong.");
    expect(screen.getByLabelText("Code of your authenticator app")).toHaveAccessibleDescription("This is wrong.");
  });

  it("takes a recovery code instead", async () => {
    const { log } = await sendPassword({ methods: ["totp", "recovery_code"] });
    await userEvent.click(await screen.findByRole("button", { name: "Use a recovery code" }));
    await userEvent.type(screen.getByLabelText("Recovery code"), "abcd-efgh{Enter}");
    await vi.waitFor(() => expect(proofs(log)).toEqual([{ code: "abcd-efgh" }]));
  });

  it("asks for the password again when it took too long, and says why", async () => {
    await sendPassword({ methods: ["totp"] }, () => makeRefusal(401, { code: "sign_in_first", detail: "Begin again." }));
    await userEvent.type(await screen.findByLabelText("Code of your authenticator app"), "1{Enter}");
    expect(await screen.findByLabelText("Password")).toHaveAccessibleDescription("Begin again.");
    expect(screen.getByLabelText("User name")).toHaveValue("ann");
  });

  it("goes back to the password without a complaint", async () => {
    await sendPassword({ methods: ["totp"] });
    await userEvent.click(await screen.findByRole("button", { name: "Start again" }));
    expect(screen.getByLabelText("Password")).toBeVisible();
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("lets a passkey sign where there is one", async () => {
    offerPasskeys(() => Promise.resolve());
    const { log, onSignedIn } = await sendPassword({ methods: ["passkey", "recovery_code"], passkey_options: { challenge: "x" } });
    expect(screen.queryByLabelText("Recovery code")).toBeNull();
    await userEvent.click(await screen.findByRole("button", { name: "Use a passkey" }));
    await vi.waitFor(() => expect(onSignedIn).toHaveBeenCalledWith("ann"));
    expect(proofs(log)).toEqual([{ passkey: SIGNED }]);
  });

  it("says that the passkey was not used, and offers the recovery code", async () => {
    offerPasskeys(() => Promise.reject(new DOMException("cancelled", "NotAllowedError")));
    const { log } = await sendPassword({ methods: ["passkey", "recovery_code"], passkey_options: { challenge: "x" } });
    await userEvent.click(await screen.findByRole("button", { name: "Use a passkey" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("The passkey was not used.");
    await userEvent.click(screen.getByRole("button", { name: "Use a recovery code" }));
    expect(screen.getByLabelText("Recovery code")).toHaveFocus();
    expect(proofs(log)).toEqual([]);
  });
});
