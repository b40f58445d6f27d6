import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";

import type { UserSession } from "@/types/api";
import { fakeApi, makeRefusal } from "@test/fake-api";
import { aSession } from "@test/people";
import { draw } from "@test/render";
import { SessionsPanel } from "./sessions-panel";

const PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36";

function drawPanel(...sessions: UserSession[]) {
  let stored = [aSession({ id: 1_000, current: true }), ...sessions];
  const end = (ended: (session: UserSession) => boolean) => () => {
    stored = stored.filter((session) => !ended(session));
    return new Response(null, { status: 204 });
  };
  const log = fakeApi({
    "GET sessions/": () => ({ results: stored, next: null }),
    "DELETE sessions/": end(({ current }) => !current),
    "DELETE sessions/2000/": end(({ id }) => id === 2_000),
  });
  draw(<SessionsPanel />);
  return log;
}

describe("the panel of sessions", () => {
  it("shows where one is signed in, with this browser marked", async () => {
    drawPanel(aSession({ id: 2_000, agent: PHONE, ip: "192.0.2.8" }));
    const here = within(await screen.findByRole("row", { name: /^Firefox on Linux/ }));
    expect(here.getByText("This one")).toBeVisible();
    expect(here.queryByRole("button")).toBeNull();
    expect(within(screen.getByRole("row", { name: /^Chrome on Android/ })).getByText("192.0.2.8")).toBeVisible();
  });

  it("offers nothing to end where this browser is the only one", async () => {
    drawPanel();
    expect(await screen.findByText("This one")).toBeVisible();
    expect(screen.queryByRole("button")).toBeNull();
  });

  it("ends one session", async () => {
    drawPanel(aSession({ id: 2_000, agent: PHONE }));
    await userEvent.click(await screen.findByRole("button", { name: "Sign out in Chrome on Android" }));
    await waitFor(() => expect(screen.queryByText("Chrome on Android")).toBeNull());
    expect(screen.getByText("This one")).toBeVisible();
  });

  it("ends all others", async () => {
    const log = drawPanel(aSession({ id: 2_000, agent: PHONE }), aSession());
    await userEvent.click(await screen.findByRole("button", { name: "Sign out everywhere else" }));
    await waitFor(() => expect(screen.getAllByRole("row")).toHaveLength(2));
    expect(log.filter(({ method }) => method === "DELETE").map(({ path }) => path)).toEqual(["sessions/"]);
  });

  it("says that they could not be read, with a way to try again", async () => {
    fakeApi({ "GET sessions/": () => makeRefusal(500, { code: "error", detail: "Something broke." }) });
    draw(<SessionsPanel />);
    expect(await screen.findByText("Something broke.")).toBeVisible();
    expect(screen.getByRole("button", { name: "Retry" })).toBeVisible();
  });
});
