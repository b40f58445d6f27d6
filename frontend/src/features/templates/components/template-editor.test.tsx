import { fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";

import { fakeApi, makeRefusal, type RecordedRequest } from "@test/fake-api";
import { aTemplate, someMeta } from "@test/factories";
import { draw } from "@test/render";
import { TemplateEditor } from "./template-editor";

const STORED = aTemplate({ type: "mail_job", label: "Mail", meta: someMeta({ version: 3 }) });
const FORM = {
  schema: { type: "object", properties: { city: { type: "string", title: "City", "x-type": "string" } }, required: [] },
  ui_schema: {},
  initial: {},
};
const GOOD = { problems: [], warnings: [], form: FORM, trial: null, next_runs: [] };

function documentBox(): HTMLTextAreaElement {
  return screen.getByLabelText("Document");
}

function write(text: string): void {
  fireEvent.change(documentBox(), { target: { value: text } });
}

beforeEach(() => sessionStorage.clear());

describe("the template editor", () => {
  it("shows the form of what is written, and the last good one while it is wrong", async () => {
    const wrong = { ...GOOD, form: null, problems: [{ code: "enum", detail: 'There is no type "strnig".', attr: "payload_schema.city.type" }] };
    const bad = (body: unknown): boolean => JSON.stringify(body).includes("strnig");
    fakeApi({ "POST template-preview/": ({ body }) => (bad(body) ? wrong : GOOD) });
    draw(<TemplateEditor template={STORED} />, { role: "editor" });
    expect(await screen.findByLabelText("City")).toBeVisible();

    write('{\n  "payload_schema": {\n    "city": {"type": "strnig"}\n  }\n}');
    const line = await screen.findByRole("button", { name: "Line 3" });
    expect(screen.getByLabelText("City")).toBeVisible();
    expect(screen.getByText("of the last document without problems")).toBeVisible();
    await userEvent.click(line);
    expect(documentBox()).toHaveFocus();
    expect(documentBox().value.slice(documentBox().selectionStart).startsWith('"type"')).toBe(true);
  });

  it("shows when a recurring template would run", async () => {
    const next_runs = [{ start_time: "2026-01-31T12:00:00Z", local: "2026-01-31T13:00:00+01:00", note: null }];
    fakeApi({ "POST template-preview/": () => ({ ...GOOD, next_runs }) });
    draw(<TemplateEditor template={STORED} />, { role: "editor" });
    const runs = await screen.findByRole("list", { name: "Next runs" });
    expect(runs).toHaveTextContent("2026-01-31 13:00:00 +01:00");
  });

  it("shows in which line the text is invalid JSON, without a request", async () => {
    const log = fakeApi({ "POST template-preview/": () => GOOD });
    draw(<TemplateEditor template={STORED} />, { role: "editor" });
    await screen.findByLabelText("City");
    const requests = log.length;
    write('{\n  "type": mail\n}');
    expect(screen.getByRole("button", { name: "Line 2, column 11" })).toBeVisible();
    expect(log).toHaveLength(requests);
  });

  it("tries a payload and shows what is wrong with it at its field", async () => {
    const errors = [{ code: "maxLength", detail: "City: use at most 3 characters", attr: "payload.city" }];
    const trial = ({ body }: RecordedRequest): unknown => ((body as { payload?: unknown }).payload ? { ...GOOD, trial: { payload: null, errors } } : GOOD);
    const log = fakeApi({ "POST template-preview/": trial });
    draw(<TemplateEditor template={STORED} />, { role: "editor" });
    await userEvent.type(await screen.findByLabelText("City"), "Rome");
    await userEvent.click(screen.getByRole("button", { name: "Try this payload" }));
    expect((await screen.findAllByText(/at most 3 characters/)).length).toBeGreaterThan(0);
    expect(log.at(-1)?.body).toMatchObject({ job_type: "mail_job", payload: { city: "Rome" } });
  });

  it("keeps what was not saved when the page is left and opened again", async () => {
    fakeApi({ "POST template-preview/": () => GOOD });
    const first = draw(<TemplateEditor template={STORED} />, { role: "editor" });
    write('{"type": "half a thought"}');
    first.unmount();
    draw(<TemplateEditor template={STORED} />, { role: "editor" });
    expect(documentBox()).toHaveValue('{"type": "half a thought"}');
    expect(screen.getByText(/the draft you left here/)).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Discard changes" }));
    expect(documentBox().value).toContain('"mail_job"');
  });

  it("shows what another user saved meanwhile, and overwrites it only after a confirmation", async () => {
    const theirs = { ...STORED, label: "Post", meta: { ...STORED.meta, version: 4, updated_by: "bob" } };
    const log = fakeApi({
      "POST template-preview/": () => GOOD,
      "GET templates/mail_job/": () => theirs,
      "POST templates/import/": () => ({ changes: { mail_job: [{ path: "label", before: "Post", after: "Mine" }] } }),
      "PUT templates/mail_job/": ({ headers }) =>
        headers.get("If-Match") === '"4"' ? { ...theirs, meta: { ...theirs.meta, version: 5 } } : makeRefusal(409, { code: "version_conflict", detail: "Changed meanwhile." }),
    });
    draw(<TemplateEditor template={STORED} />, { role: "editor" });
    write('{"type": "mail_job", "label": "Mine"}');
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("bob saved version 4 meanwhile")).toBeVisible();
    expect(await screen.findByText('"Post"')).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Save mine over theirs" }));
    await waitFor(() => expect(log.filter(({ method }) => method === "PUT").map(({ headers }) => headers.get("If-Match"))).toEqual(['"3"', '"4"']));
  });

  it("saves despite incompatible waiting jobs when they are kept on their version", async () => {
    const log = fakeApi({
      "POST template-preview/": () => GOOD,
      "PUT templates/mail_job/": ({ query }) =>
        query.get("force") ? { ...STORED, meta: { ...STORED.meta, version: 4 } } : makeRefusal(409, { code: "would_not_pass", detail: "The series 1 would not pass.", attr: "series.1" }),
    });
    draw(<TemplateEditor template={STORED} />, { role: "editor" });
    write('{"type": "mail_job"}');
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    await userEvent.click(await screen.findByRole("button", { name: /keep these on their version/ }));
    await waitFor(() => expect(log.filter(({ method }) => method === "PUT")).toHaveLength(2));
  });
});
