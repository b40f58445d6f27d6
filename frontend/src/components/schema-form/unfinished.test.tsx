/** No form crashes on incomplete input or on unusual names of fields. */
import { Button } from "@mantine/core";
import { fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";

import { readJson } from "@/lib/json-reader";
import type { JsonObject } from "@/types/api";
import type { FieldSchema, UiSchema } from "@/types/form-schema";
import { draw } from "@test/render";
import { collectProblems } from "./form-problems";
import { readAddressValues } from "./prefill";
import { SchemaForm } from "./schema-form";

const INHERITED = Object.getOwnPropertyNames(Object.prototype);
const KINDS: Record<string, FieldSchema> = {
  text: { type: "string" },
  secret: { type: "string", format: "password", "x-type": "secret" },
  whole: { type: "integer", minimum: 0 },
  decimal: { type: "number" },
  yesno: { type: ["boolean", "null"] },
  switch: { type: "boolean" },
  radios: { enum: ["constructor", "b"] },
  checkboxes: { type: "array", uniqueItems: true, "x-type": "options", items: { enum: ["toString", "b"] } },
  date: { type: "string", format: "date", "x-min": "2026-01-01" },
  time: { type: "string", format: "time" },
  moment: { type: "string", format: "date-time" },
  duration: { type: "string", format: "duration" },
  json: {},
  object: { type: "object", properties: { constructor: { type: "string" }, valueOf: { type: "integer" } } },
  list: { type: "array", "x-type": "array", items: { type: "object", properties: { toString: { type: "string" } } } },
};
const TYPED: [string, FieldSchema, string][] = [
  ["JSON", {}, '{"a": ["\\u00e9", {"constructor": null, "__proto__": 1.5e3}], "b": 9007199254740993}'],
  ["a whole number", { type: "integer" }, "-9007199254740993"],
  ["a decimal number", { type: "number" }, "+.5e-3"],
  ["a duration", { type: "string", format: "duration", "x-max": "P1D" }, "1h 30m 5s 1constructor"],
  ["a text with a pattern", { type: "string", pattern: "^[a-z]+$" }, "a\\(["],
  ["a text with a pattern that browsers do not know", { type: "string", pattern: "(?P<a>x)\\Z" }, "x"],
  ["an address", { type: "string", format: "uri" }, "https://[::1]:80/%zz?#"],
];

function drawForm(properties: Record<string, FieldSchema>, initial: JsonObject = {}, start?: JsonObject) {
  const send = vi.fn();
  const ui: UiSchema = {};
  draw(
    <SchemaForm schema={{ type: "object", properties, required: [], additionalProperties: false }} uiSchema={ui} initial={initial} start={start} onSubmit={send}>
      <Button type="submit">Send</Button>
    </SchemaForm>,
  );
  return { send, submit: () => userEvent.click(screen.getByRole("button", { name: "Send" })) };
}

function typeKeyByKey(box: HTMLElement, text: string): void {
  for (let end = 0; end <= text.length; end += 1) fireEvent.change(box, { target: { value: text.slice(0, end) } });
  expect(box).toHaveValue(text);
  for (let end = text.length; end >= 0; end -= 1) fireEvent.change(box, { target: { value: text.slice(0, end) } });
  expect(box).toHaveValue("");
}

describe("typing key by key", () => {
  it.each(TYPED)("keeps what was typed of %s", (_what, field, text) => {
    drawForm({ field: { title: "Field", ...field } });
    const box = screen.getByLabelText("Field");
    fireEvent.blur(box);
    typeKeyByKey(box, text);
  });

  it("works in the payload as JSON, whatever its keys", async () => {
    drawForm({ constructor: { type: "string" }, token: KINDS.secret ?? {} });
    await userEvent.click(screen.getByRole("button", { name: "JSON" }));
    const box = screen.getByLabelText("Payload as JSON");
    typeKeyByKey(box, '{"constructor": "x", "toString": {"a": [1]}, "__proto__": {"b": null}, "token": "$encrypted$"}');
    expect(box).toHaveAccessibleDescription(/Line 1, column 1: a value is expected, not the end/);
  });

  it("leaves a pattern that this browser cannot read to the server", () => {
    const schema: FieldSchema = { type: "object", properties: { a: { type: "string", pattern: "(?P<a>x)" }, b: { type: "string", pattern: "^x" } } };
    expect(collectProblems(schema, { a: "y", b: "y" }).map(({ attr }) => attr)).toEqual(["payload.b"]);
  });

  it("shows no moment where a value is beyond all that can be shown", () => {
    vi.spyOn(Date.prototype, "getTimezoneOffset").mockReturnValue(-60); // east of Greenwich it is later
    drawForm({ at: { title: "At", type: "string", format: "date-time" } }, {}, { at: "+275760-09-13T00:00:00Z" });
    expect(screen.getByLabelText("At")).toBeVisible();
  });
});

describe("fields named as what every object inherits", () => {
  it.each(Object.entries(KINDS))("are empty at first, as %s", async (_kind, field) => {
    const { send, submit } = drawForm(Object.fromEntries(INHERITED.map((name) => [name, { title: `The ${name}`, ...field }])));
    await userEvent.click(screen.getByRole("button", { name: "JSON" }));
    await userEvent.click(screen.getByRole("button", { name: "Form" }));
    await submit();
    const [sent] = send.mock.calls[0] as [JsonObject];
    const untouched = Object.entries(sent).filter(([, value]) => value !== undefined && value !== false);
    expect(untouched).toEqual([]);
  });

  it("take what is typed, and are validated as any other", async () => {
    const { send, submit } = drawForm(Object.fromEntries(INHERITED.map((name) => [name, { title: `The ${name}`, type: "string", maxLength: 30 }])));
    for (const name of INHERITED) fireEvent.change(screen.getByLabelText(`The ${name}`), { target: { value: `is ${name}` } });
    await submit();
    expect(send).toHaveBeenCalledOnce();
    const [sent] = send.mock.calls[0] as [JsonObject];
    expect(Object.entries(sent)).toEqual(INHERITED.map((name) => [name, `is ${name}`]));
  });

  it("depend on one another as others do", async () => {
    const conditional: FieldSchema = { title: "Shown", type: "string", "x-showIf": { field: "constructor", isSet: true } };
    drawForm({ constructor: { title: "Asked", type: "string" }, toString: conditional });
    expect(screen.queryByLabelText("Shown")).toBeNull();
    await userEvent.type(screen.getByLabelText("Asked"), "x");
    expect(screen.getByLabelText("Shown")).toBeVisible();
  });

  it("are reported as unknown where the form has no such field, and can be removed", async () => {
    const { send, submit } = drawForm({ city: { title: "City", type: "string" } }, {}, readJson('{"toString": 1, "__proto__": {"a": 1}}').value as JsonObject);
    await userEvent.click(screen.getByRole("button", { name: "Remove toString" }));
    await userEvent.click(screen.getByRole("button", { name: "Remove __proto__" }));
    await submit();
    expect(send).toHaveBeenCalledWith({});
  });

  it("are filled from an address", () => {
    const schema: FieldSchema = { type: "object", properties: { constructor: { type: "integer" } } };
    const values = readAddressValues(schema, new URLSearchParams("p.constructor=5&p.toString=x&p.valueOf={"));
    expect(Object.entries(values ?? {})).toEqual([["constructor", 5], ["toString", "x"], ["valueOf", "{"]]);
  });
});
