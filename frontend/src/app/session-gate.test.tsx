import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";

import { request } from "@/lib/api-client";
import { useCurrentUser } from "@/lib/current-user";
import { reloadPage } from "@/lib/reload-page";
import type { Factors } from "@/types/api";
import { fakeApi, makeRefusal } from "@test/fake-api";
import { aPerson, noFactors } from "@test/people";
import { draw } from "@test/render";
import { SessionGate } from "./session-gate";

vi.mock("@/lib/reload-page");
vi.mock("@/lib/live-updates", () => ({ startLiveUpdates: () => () => undefined }));

const NOBODY = { user: null, version: "1", sign_in: [], local_sign_in: true, second_factor_due: false };
const ANN = { ...NOBODY, user: aPerson() };
const ANN_WITHOUT_FACTOR = { ...ANN, second_factor_due: true };
const PROVIDER = { name: "Example login", url: "/sign-in/oidc/" };

/** The routes of a session that may only set up a second factor. */
function factorDue(factors: () => Factors) {
  return {
    "GET session/": () => ANN_WITHOUT_FACTOR,
    "GET session/factors/": factors,
    "POST session/factors/totp/confirm/": () => ({ recovery_codes: ["aaaa-bbbb"] }),
  };
}

function Page() {
  const { username } = useCurrentUser();
  return <input aria-label={`Page of ${username}`} />;
}

function drawGate(address = "/jobs") {
  draw(
    <SessionGate>
      <Page />
    </SessionGate>,
    { address },
  );
}

async function signIn(): Promise<void> {
  await userEvent.type(await screen.findByLabelText("Password"), "secret");
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
}

describe("the session gate", () => {
  it("asks who is there, and shows the page to who signs in", async () => {
    const log = fakeApi({ "GET session/": () => NOBODY, "POST session/": () => ANN });
    drawGate();
    await userEvent.type(await screen.findByLabelText("User name"), "ann");
    await signIn();
    expect(await screen.findByLabelText("Page of ann")).toBeVisible();
    expect(log.at(-1)?.body).toEqual({ username: "ann", password: "secret" });
  });

  it("says that there is nothing at an address also to who has not signed in", async () => {
    fakeApi({ "GET session/": () => NOBODY });
    drawGate("/nothing");
    expect(await screen.findByText("There is nothing at this address")).toBeVisible();
    expect(screen.queryByLabelText("Password")).toBeNull();
  });

  it("has a button for the provider above the form, which leads back to the page", async () => {
    fakeApi({ "GET session/": () => ({ ...NOBODY, sign_in: [PROVIDER] }) });
    drawGate("/jobs?state=failed");
    const button = await screen.findByRole("link", { name: "Example login" });
    expect(button).toHaveAttribute("href", "/sign-in/oidc/?next=%2Fjobs%3Fstate%3Dfailed");
    expect(button.compareDocumentPosition(screen.getByLabelText("Password"))).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
  });

  it("has no form where nobody signs in by password", async () => {
    fakeApi({ "GET session/": () => ({ ...NOBODY, sign_in: [PROVIDER], local_sign_in: false }) });
    drawGate();
    expect(await screen.findByRole("link", { name: "Example login" })).toBeVisible();
    expect(screen.queryByLabelText("Password")).toBeNull();
  });

  it("says what was wrong with a sign-in", async () => {
    fakeApi({
      "GET session/": () => NOBODY,
      "POST session/": () => makeRefusal(400, { code: "invalid_credentials", detail: "The name or the password is wrong." }),
    });
    drawGate();
    await userEvent.type(await screen.findByLabelText("User name"), "ann");
    await signIn();
    expect(await screen.findByRole("alert")).toHaveTextContent("The name or the password is wrong.");
    expect(screen.getByLabelText("Password")).toHaveAccessibleDescription("The name or the password is wrong.");
  });

  it("keeps the page and what is typed in it while the user signs in again", async () => {
    let session: unknown = ANN;
    fakeApi({
      "GET session/": () => session,
      "POST session/": () => (session = ANN),
      "GET jobs/": () => makeRefusal(401, { code: "not_authenticated", detail: "Sign in first." }),
    });
    drawGate();
    await userEvent.type(await screen.findByLabelText("Page of ann"), "half a thought");
    session = NOBODY;
    await request("GET", "jobs/").catch(() => undefined);
    expect(await screen.findByRole("dialog", { name: "Your session has ended" })).toBeVisible();
    await signIn();
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(screen.getByLabelText("Page of ann")).toHaveValue("half a thought");
  });

  it("leads to the second factor if the server wants one first, without any other request", async () => {
    const log = fakeApi({ ...factorDue(() => noFactors()), "POST session/factors/totp/": () => ({ secret: "ABCD", url: "otpauth://totp/ann" }) });
    drawGate();
    expect(await screen.findByRole("heading", { name: "Set up a second factor" })).toBeVisible();
    expect(screen.getByText(/^Your role, operator, needs more than a password/)).toBeVisible();
    expect(screen.queryByLabelText("Page of ann")).toBeNull();
    expect(screen.getByRole("button", { name: "Sign out" })).toBeVisible();
    expect(new Set(log.map(({ path }) => path))).toEqual(new Set(["session/", "session/factors/"]));
    await userEvent.click(await screen.findByRole("button", { name: "Set up an app" }));
    await userEvent.type(await screen.findByLabelText("First code of the app"), "123456{Enter}");
    await userEvent.click(await screen.findByRole("button", { name: "Done, hide it" }));
    expect(reloadPage).toHaveBeenCalledOnce();
  });

  it("leads there also if the role needs one from now on", async () => {
    let session: unknown = ANN;
    fakeApi({
      ...factorDue(() => noFactors()),
      "GET session/": () => session,
      "GET jobs/": () => makeRefusal(403, { code: "second_factor_required", detail: "Set one up first." }),
    });
    drawGate();
    await screen.findByLabelText("Page of ann");
    session = ANN_WITHOUT_FACTOR;
    await request("GET", "jobs/").catch(() => undefined);
    expect(await screen.findByRole("heading", { name: "Set up a second factor" })).toBeVisible();
  });

  it("tells who has a second factor to sign in again with it", async () => {
    fakeApi(factorDue(() => noFactors({ totp: "confirmed" })));
    drawGate();
    expect(await screen.findByRole("heading", { name: "Sign in with your second factor" })).toBeVisible();
    expect(screen.queryByRole("button", { name: "Remove app" })).toBeNull();
  });

  it("says that the platform does not answer, with a way to try again", async () => {
    let away = true;
    fakeApi({ "GET session/": () => (away ? makeRefusal(503, { code: "database_unavailable", detail: "Not now." }) : ANN) });
    drawGate();
    expect(await screen.findByText("Not now.")).toBeVisible();
    away = false;
    await userEvent.click(screen.getByRole("button", { name: "Retry" }));
    expect(await screen.findByLabelText("Page of ann")).toBeVisible();
  });
});
