import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";

import { fakeApi, makeRefusal } from "@test/fake-api";
import { draw } from "@test/render";
import { ImportDialog } from "./import-dialog";

const REPORT = { created: ["otp_send_job"], updated: [], unchanged: ["mail_job"], archived: [], warnings: [] };

describe("the import dialog", () => {
  it("stores nothing before it has shown what would change", async () => {
    const closed = vi.fn();
    const log = fakeApi({ "POST templates/import/": () => REPORT });
    draw(<ImportDialog onClose={closed} />);
    await userEvent.click(screen.getByLabelText("Or paste its JSON"));
    await userEvent.paste('{"otp_send_job": {}}');
    expect(screen.queryByRole("button", { name: "Import" })).toBeNull();

    await userEvent.click(screen.getByRole("button", { name: "Check" }));
    expect(await screen.findByText("New (1)")).toBeVisible();
    expect(log.map((sent) => sent.query.get("dry_run"))).toEqual(["true"]);

    await userEvent.click(screen.getByRole("button", { name: "Import" }));
    expect(log.map((sent) => sent.query.get("dry_run"))).toEqual(["true", null]);
    expect(log[1]?.body).toEqual({ otp_send_job: {} });
    expect(closed).toHaveBeenCalledOnce();
  });

  it("shows what would change in each template, key by key", async () => {
    const changes = {
      mail_job: [
        { path: "payload.user_id", before: 7, after: 8 },
        { path: "maxRuns", before: 3 },
        { path: "label", after: null },
      ],
    };
    fakeApi({ "POST templates/import/": () => ({ ...REPORT, updated: ["mail_job"], changes }) });
    draw(<ImportDialog onClose={vi.fn()} />);
    await userEvent.click(screen.getByRole("button", { name: "Check" }));
    expect(await screen.findByText("3 changes", { exact: false })).toBeVisible();
    const lines = screen.getAllByRole("listitem").map((line) => line.textContent);
    expect(lines).toEqual(["payload.user_idwas 7is now 8", "maxRunswas 3is gone", "labelis now null"]);
  });

  it("archives what the file leaves out only with the option, and warns of it", async () => {
    const log = fakeApi({
      "POST templates/import/": ({ query }) => ({ ...REPORT, archived: query.get("prune") ? ["old_job"] : [] }),
    });
    draw(<ImportDialog onClose={vi.fn()} />);
    await userEvent.click(screen.getByRole("button", { name: "Check" }));
    expect(await screen.findByText("New (1)")).toBeVisible();
    expect(screen.queryByRole("alert")).toBeNull();

    await userEvent.click(screen.getByLabelText(/Archive the templates/));
    expect(screen.queryByRole("button", { name: "Import" })).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Check" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("old_job");

    await userEvent.click(screen.getByRole("button", { name: "Import" }));
    expect(log.map((sent) => sent.query.get("prune"))).toEqual([null, "true", "true"]);
  });

  it("imports despite incompatible series only when they are kept on their version", async () => {
    const incompatible = { code: "would_not_pass", detail: "The payload of series 7 would no longer be valid.", attr: "otp_send_job.payload.user_id" };
    const log = fakeApi({ "POST templates/import/": ({ query }) => (query.get("force") ? REPORT : makeRefusal(409, incompatible)) });
    draw(<ImportDialog onClose={vi.fn()} />);
    await userEvent.click(screen.getByRole("button", { name: "Check" }));
    expect(await screen.findByText(/The payload of series 7/)).toBeVisible();
    expect(screen.queryByRole("button", { name: "Import" })).toBeNull();

    await userEvent.click(screen.getByRole("button", { name: /^Import anyway/ }));
    expect(await screen.findByText("New (1)")).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Import" }));
    const sent = log.map(({ query }) => [query.get("dry_run"), query.get("force")]);
    expect(sent).toEqual([["true", null], ["true", "true"], [null, "true"]]);
  });

  it("archives all templates with an empty file only after a confirmation", async () => {
    const refused = { code: "prunes_everything", detail: "It would archive all 3 that there are.", attr: "prune", remedy: "Give force." };
    const log = fakeApi({
      "POST templates/import/": ({ query }) => (query.get("force") ? { ...REPORT, archived: ["old_job"] } : makeRefusal(400, refused)),
    });
    draw(<ImportDialog onClose={vi.fn()} />);
    await userEvent.click(screen.getByLabelText(/Archive the templates/));
    await userEvent.click(screen.getByRole("button", { name: "Check" }));
    expect(await screen.findByText(/all 3 that there are/)).toBeVisible();
    expect(screen.queryByRole("button", { name: "Import" })).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Archive them all" }));
    expect(await screen.findByText("old_job")).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Import" }));
    expect(log.map(({ query }) => query.get("force"))).toEqual([null, "true", "true"]);
  });

  it("takes a file", async () => {
    const log = fakeApi({ "POST templates/import/": () => REPORT });
    draw(<ImportDialog onClose={vi.fn()} />);
    await userEvent.upload(screen.getByLabelText(/Choose a template file/), new File(['{"a": 1}'], "job_templates.json"));
    await userEvent.click(screen.getByRole("button", { name: "Check" }));
    expect(await screen.findByText("New (1)")).toBeVisible();
    expect(log[0]?.body).toEqual({ a: 1 });
  });

  it("lists every problem with its remedy and offers no import", async () => {
    const problem = {
      code: "minimum",
      detail: "A uint is never below 0.",
      attr: "otp_send_job.payload_schema.user_id.minValue",
      value: -1,
      remedy: 'Write 0, or the type "int".',
    };
    fakeApi({ "POST templates/import/": () => makeRefusal(400, problem, { code: "required", detail: "A field needs a type." }) });
    draw(<ImportDialog onClose={vi.fn()} />);
    await userEvent.click(screen.getByRole("button", { name: "Check" }));
    expect(await screen.findByText("Nothing was stored")).toBeVisible();
    expect(screen.getByText(/otp_send_job.payload_schema.user_id.minValue/)).toBeVisible();
    expect(screen.getByText('Write 0, or the type "int".')).toBeVisible();
    expect(screen.getByText(/A field needs a type/)).toBeVisible();
    expect(screen.queryByRole("button", { name: "Import" })).toBeNull();
  });
});
