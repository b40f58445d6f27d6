import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";

import type { SharedSecret } from "@/types/api";
import { fakeApi, makeRefusal } from "@test/fake-api";
import { aSharedSecret } from "@test/people";
import { draw } from "@test/render";
import { SecretsTab } from "./secrets-tab";

function drawTab(...secrets: SharedSecret[]) {
  const log = fakeApi({
    "GET secrets/": () => ({ results: secrets.map((secret) => ({ ...secret })), next: null }),
    "POST secrets/": ({ body }) => {
      const secret = aSharedSecret(body as Partial<SharedSecret>);
      secrets.push(secret);
      return secret;
    },
    "PATCH secrets/stripe/": ({ body }) => Object.assign(secrets[0] as SharedSecret, body),
    "DELETE secrets/stripe/": () => {
      secrets.shift();
      return new Response(null, { status: 204 });
    },
  });
  draw(<SecretsTab />, { role: "admin" });
  return log;
}

async function click(name: string): Promise<void> {
  await userEvent.click(await screen.findByRole("button", { name }));
}

describe("the list of shared secrets", () => {
  it("says what one is for while there is none, and keeps a value that is never shown again", async () => {
    const log = drawTab();
    expect(await screen.findByText("No shared secrets yet")).toBeVisible();
    await click("New secret");
    await userEvent.type(screen.getByLabelText("Name"), "stripe");
    await userEvent.type(screen.getByLabelText("Job types"), "billing_*");
    await userEvent.type(screen.getByLabelText("Value"), "sk_live");
    await click("Create secret");
    expect(await screen.findByRole("row", { name: /^stripe/ })).toHaveTextContent("any");
    expect(log.find(({ method }) => method === "POST")?.body).toEqual({ name: "stripe", job_types: ["billing_*"], hosts: null, source: "value", value: "sk_live" });
    expect(document.body.innerHTML).not.toContain("sk_live");
  });

  it.each([
    ["An environment variable", "Name of the variable", "STRIPE_KEY", "env:STRIPE_KEY"],
    ["A file", "Path of the file", "/run/secrets/stripe", "file:/run/secrets/stripe"],
  ])("takes as source: %s", async (kind, label, place, source) => {
    const log = drawTab(aSharedSecret());
    await click("Change the secret stripe");
    await userEvent.click(screen.getByLabelText(kind));
    expect(screen.queryByLabelText("Value")).toBeNull();
    await userEvent.type(screen.getByLabelText(label), place);
    await userEvent.type(screen.getByLabelText("Hosts"), "api.stripe.com, *.example.org");
    await click("Save");
    await waitFor(() => expect(screen.getByRole("row", { name: /^stripe/ })).toHaveTextContent(place));
    expect(log.find(({ method }) => method === "PATCH")?.body).toEqual({ job_types: ["billing_*"], hosts: ["api.stripe.com", "*.example.org"], source });
  });

  it("leaves the stored value if no other one is typed", async () => {
    const log = drawTab(aSharedSecret());
    await click("Change the secret stripe");
    expect(screen.getByLabelText("Value")).toHaveAccessibleDescription("Empty: the stored one stays");
    await click("Save");
    await waitFor(() => expect(log.find(({ method }) => method === "PATCH")?.body).toEqual({ job_types: ["billing_*"], hosts: null, source: "value" }));
  });

  it("names the templates that refer to one, and deletes it when there are none", async () => {
    drawTab(aSharedSecret({ used_by: ["billing_job"] }), aSharedSecret({ name: "spare" }));
    const row = within(await screen.findByRole("row", { name: /^stripe/ }));
    expect(row.getByRole("link", { name: "billing_job" })).toHaveAttribute("href", "/templates/billing_job");
    await click("Delete the secret stripe");
    expect(screen.getByText("These templates refer to it: billing_job. Change them first.")).toBeVisible();
    await click("Delete secret");
    await waitFor(() => expect(screen.queryByRole("row", { name: /^stripe/ })).toBeNull());
  });

  it("shows refusals at their fields and keeps what was typed", async () => {
    fakeApi({
      "GET secrets/": () => ({ results: [], next: null }),
      "POST secrets/": () =>
        makeRefusal(400, { code: "pattern", detail: "This is no host.", attr: "hosts.0" }, { code: "pattern", detail: "This is no source.", attr: "source" }),
    });
    draw(<SecretsTab />, { role: "admin" });
    await click("New secret");
    await userEvent.type(screen.getByLabelText("Name"), "stripe");
    await userEvent.type(screen.getByLabelText("Job types"), "*");
    await userEvent.type(screen.getByLabelText("Hosts"), "a/b");
    await userEvent.click(screen.getByLabelText("A file"));
    await userEvent.type(screen.getByLabelText("Path of the file"), "/proc/1");
    await click("Create secret");
    expect(await screen.findByText("This is no host.")).toBeVisible();
    expect(screen.getByText("This is no source.")).toBeVisible();
    expect(screen.getByLabelText("Path of the file")).toHaveValue("/proc/1");
  });
});
