import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";

import { aTemplate, EVERY_RIGHT, withRights } from "@test/factories";
import { fakeApi, makeRefusal } from "@test/fake-api";
import { draw } from "@test/render";
import { TemplateVersions } from "./template-versions";

const AT = "templates/otp_send_job/versions/";

function versions(...numbers: number[]) {
  const one = (version: number) => ({ version, created_at: "2026-01-31T12:00:00Z", created_by: "ann", document: { type: "otp_send_job" } });
  return { results: numbers.map(one) };
}

function changes(before: string, after: string) {
  return { changes: [{ path: "label", before, after }] };
}

describe("the versions of a template", () => {
  it("shows what the newest one changed", async () => {
    const log = fakeApi({ [`GET ${AT}`]: () => versions(3, 2, 1), [`GET ${AT}3/`]: () => changes("two", "three") });
    draw(<TemplateVersions type="otp_send_job" />);
    expect(await screen.findByText('"three"')).toBeVisible();
    expect(log[1]?.query.get("against")).toBe("2");
  });

  it("compares any two", async () => {
    const log = fakeApi({
      [`GET ${AT}`]: () => versions(3, 2, 1),
      [`GET ${AT}3/`]: ({ query }) => changes(query.get("against") === "1" ? "one" : "two", "three"),
    });
    draw(<TemplateVersions type="otp_send_job" />);
    await userEvent.selectOptions(await screen.findByLabelText("Changes from version"), "1");
    expect(await screen.findByText('"one"')).toBeVisible();
    expect(log.at(-1)?.query.get("against")).toBe("1");
  });

  it("begins with the two that stand in the address", async () => {
    fakeApi({ [`GET ${AT}`]: () => versions(3, 2, 1), [`GET ${AT}2/`]: () => ({ changes: [] }) });
    draw(<TemplateVersions type="otp_send_job" />, { address: "/templates/otp_send_job?from=1&to=2" });
    expect(await screen.findByText("No difference.")).toBeVisible();
    expect(screen.getByLabelText("to version")).toHaveValue("2");
  });

  it("lets those who may edit it go back to an older one, after showing what would change", async () => {
    const log = fakeApi({
      [`GET ${AT}`]: () => versions(3, 2, 1),
      [`GET ${AT}3/`]: () => changes("two", "three"),
      [`GET ${AT}1/`]: () => changes("three", "one"),
      "POST templates/otp_send_job/rollback/": () => aTemplate({ meta: { ...aTemplate().meta, version: 4 } }),
    });
    draw(<TemplateVersions type="otp_send_job" />, { templates: withRights(...EVERY_RIGHT) });
    await userEvent.click(await screen.findByText(/^Version 1,/));
    await userEvent.click(screen.getByRole("button", { name: "Make version 1 the newest again" }));
    expect(await within(screen.getByRole("dialog")).findByText('"one"')).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Go back to version 1" }));
    const sent = log.find(({ method }) => method === "POST");
    expect(sent?.body).toEqual({ version: 1 });
    expect(sent?.headers.get("If-Match")).toBe('"3"');
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  it("goes back despite incompatible payloads only after a confirmation", async () => {
    const refused = () => makeRefusal(409, { code: "would_not_pass", detail: "The payload of job x would no longer be valid." });
    const answers: (() => unknown)[] = [refused, () => aTemplate()];
    const log = fakeApi({
      [`GET ${AT}`]: () => versions(2, 1),
      [`GET ${AT}2/`]: () => changes("one", "two"),
      [`GET ${AT}1/`]: () => changes("two", "one"),
      "POST templates/otp_send_job/rollback/": () => answers.shift()?.(),
    });
    draw(<TemplateVersions type="otp_send_job" />, { templates: withRights(...EVERY_RIGHT) });
    await userEvent.click(await screen.findByText(/^Version 1,/));
    await userEvent.click(screen.getByRole("button", { name: "Make version 1 the newest again" }));
    await userEvent.click(screen.getByRole("button", { name: "Go back to version 1" }));
    expect(await screen.findByText(/The payload of job x would no longer be valid/)).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Go back, and keep these on their version" }));
    expect(log.filter(({ method }) => method === "POST").map(({ query }) => query.get("force"))).toEqual([null, "true"]);
  });

  it("offers no way back without the right to edit it", async () => {
    fakeApi({ [`GET ${AT}`]: () => versions(2, 1), [`GET ${AT}2/`]: () => changes("one", "two") });
    draw(<TemplateVersions type="otp_send_job" />);
    await userEvent.click(await screen.findByText(/^Version 1,/));
    expect(screen.queryByRole("button", { name: /the newest again/ })).toBeNull();
  });

  it("has nothing to compare a first version with", async () => {
    fakeApi({ [`GET ${AT}`]: () => versions(1) });
    draw(<TemplateVersions type="otp_send_job" />);
    expect(await screen.findByText(/^Version 1,/)).toBeVisible();
    expect(screen.queryByLabelText("Changes from version")).toBeNull();
  });
});
