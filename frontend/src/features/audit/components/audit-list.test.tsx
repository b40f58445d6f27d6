import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";

import { downloadText } from "@/lib/download-text";
import type { AuditEntry } from "@/types/api";
import { fakeApi, makeRefusal } from "@test/fake-api";
import { anEntry } from "@test/people";
import { draw } from "@test/render";
import { AuditList } from "./audit-list";
import { Timeline } from "./timeline";

vi.mock("@/lib/download-text");

function drawList(address: string, ...entries: AuditEntry[]) {
  const log = fakeApi({
    "GET audit/": ({ query, headers }) => {
      if (headers.get("Accept") === "application/x-ndjson") return new Response('{"id":"1"}\n');
      return query.get("cursor")
        ? { results: [anEntry({ action: "group_deleted" })], next: null, previous: null }
        : { results: entries, next: "http://platform/api/v1/audit/?cursor=older", previous: null, searched_until: "2026-01-30T12:00:00Z" };
    },
  });
  draw(<AuditList />, { role: "admin", address });
  return log;
}

describe("the audit trail", () => {
  it("tells who changed what, by which door and from where, with the values before and after", async () => {
    drawList("/", anEntry({ on_behalf_of: "token:3", via: "api", before: { role: "viewer" }, after: { role: "editor" } }));
    const row = within(await screen.findByRole("row", { name: /User changed/ }));
    for (const text of ["cleo", "by token:3", "API", "192.0.2.7"]) expect(row.getByText(text)).toBeVisible();
    expect(row.getByRole("link", { name: "user:ann" })).toHaveAttribute("href", "/access/users");
    await userEvent.click(row.getByText("1 value"));
    expect(row.getByText('"viewer"')).toBeVisible();
    expect(row.getByText('"editor"')).toBeVisible();
  });

  it("shows older entries, and how far it looked", async () => {
    drawList("/", anEntry());
    expect(await screen.findByText(/^Looked at everything since Jan 30/)).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Show older entries" }));
    expect(await screen.findByText("Group deleted")).toBeVisible();
    expect(screen.getByText("User changed")).toBeVisible();
    expect(screen.queryByRole("button", { name: "Show older entries" })).toBeNull();
  });

  it("takes its filters from the address and from the form, and exports what matches", async () => {
    const log = drawList("/?object=user:ann", anEntry());
    await screen.findByText("User changed");
    expect(log[0]?.query.toString()).toBe("object=user%3Aann&page_size=50");
    await userEvent.type(screen.getByLabelText("Actor"), " cleo ");
    await userEvent.selectOptions(screen.getByLabelText("Via"), "UI");
    fireEvent.change(screen.getByLabelText("From"), { target: { value: "2026-01-31T12:05" } });
    expect(log).toHaveLength(1);
    await userEvent.click(screen.getByRole("button", { name: "Show" }));
    await waitFor(() => expect(log).toHaveLength(2));
    const after = new Date("2026-01-31T12:05").toISOString();
    expect(Object.fromEntries(log[1]?.query ?? [])).toEqual({ actor: "cleo", object: "user:ann", via: "ui", after, page_size: "50" });
    expect(screen.getByLabelText("From")).toHaveValue("2026-01-31T12:05");
    await userEvent.click(screen.getByRole("button", { name: "Export as NDJSON" }));
    await waitFor(() => expect(downloadText).toHaveBeenCalledWith("audit.ndjson", '{"id":"1"}\n', "application/x-ndjson"));
    expect(Object.fromEntries(log.at(-1)?.query ?? [])).toEqual({ actor: "cleo", object: "user:ann", via: "ui", after });
    await userEvent.click(screen.getByRole("button", { name: "Clear filters" }));
    expect(screen.getByLabelText("Actor")).toHaveValue("");
  });

  it("says at its field what is wrong with a filter", async () => {
    fakeApi({ "GET audit/": () => makeRefusal(400, { code: "format", detail: "This is no action.", attr: "action" }) });
    draw(<AuditList />, { role: "admin", address: "/?action=x" });
    await waitFor(() => expect(screen.getByLabelText("Action")).toHaveAccessibleDescription("This is no action."));
    expect(screen.getByLabelText("Action")).toHaveValue("x");
  });

  it("says when nothing matches", async () => {
    fakeApi({ "GET audit/": () => ({ results: [], next: null, previous: null }) });
    draw(<AuditList />, { role: "admin", address: "/?actor=nobody" });
    expect(await screen.findByText("No entry matches")).toBeVisible();
  });
});

describe("the timeline of an object", () => {
  it("has its newest changes, and leads to all of them", async () => {
    const log = fakeApi({ "GET audit/": () => ({ results: [anEntry({ action: "template_updated", object: "template:otp" })], next: null, previous: null }) });
    draw(<Timeline object="template:otp" />, { role: "admin" });
    expect(await screen.findByText(/Template updated by/)).toHaveTextContent(/by cleo, /);
    expect(log[0]?.query.get("object")).toBe("template:otp");
    expect(screen.getByRole("link", { name: "Audit trail" })).toHaveAttribute("href", "/access/audit?object=template%3Aotp");
  });
});
