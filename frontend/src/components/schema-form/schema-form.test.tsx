import { Button } from "@mantine/core";
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";

import type { JsonObject } from "@/types/api";
import type { FieldSchema, UiSchema } from "@/types/form-schema";
import { draw } from "@test/render";
import { SchemaForm } from "./schema-form";

function drawForm(properties: NonNullable<FieldSchema["properties"]>, initial: JsonObject = {}, uiSchema: UiSchema = {}, required: string[] = []) {
  const send = vi.fn();
  draw(
    <SchemaForm schema={{ type: "object", properties, required }} uiSchema={uiSchema} initial={initial} problems={[]} labels={{}} onSubmit={send}>
      <Button type="submit">Send</Button>
    </SchemaForm>,
  );
  return { send, submit: () => userEvent.click(screen.getByRole("button", { name: "Send" })) };
}

describe("SchemaForm", () => {
  it("draws one of a few options as radios and several as checkboxes", async () => {
    const { send, submit } = drawForm(
      {
        size: { title: "Size", type: "string", enum: ["s", "m"] },
        parts: { title: "Parts", type: "array", uniqueItems: true, items: { oneOf: [{ const: 1, title: "One" }, { const: 2, title: "Two" }] } },
      },
      { parts: [2] },
      { size: { "ui:widget": "radio" }, parts: { "ui:widget": "checkboxes" } },
    );
    const size = screen.getByRole("radiogroup", { name: "Size" });
    await userEvent.click(within(size).getByLabelText("m"));
    await userEvent.click(within(screen.getByRole("group", { name: "Parts" })).getByLabelText("One"));
    await submit();
    expect(send).toHaveBeenCalledWith({ size: "m", parts: [1, 2] });
  });

  it("sends numbers as numbers, exactly as typed", async () => {
    const { send, submit } = drawForm({ ratio: { title: "Ratio", type: "number" }, count: { title: "Count", type: "integer" } });
    await userEvent.type(screen.getByLabelText("Ratio"), "1.50");
    expect(screen.getByLabelText("Ratio")).toHaveValue("1.50");
    await userEvent.type(screen.getByLabelText("Count"), "42");
    await submit();
    expect(send).toHaveBeenCalledWith({ ratio: 1.5, count: 42 });
  });

  it("sends every digit of a number that would be rounded", async () => {
    const { send, submit } = drawForm({ count: { title: "Count", type: "integer" } });
    await userEvent.type(screen.getByLabelText("Count"), "9007199254740993");
    await submit();
    expect(send).toHaveBeenCalledWith({ count: 9007199254740993n });
    expect(screen.getByLabelText("Count")).toHaveValue("9007199254740993");
  });

  it("checks a field when it is left, not while it is typed for the first time", async () => {
    drawForm({ count: { title: "Count", type: "integer" } });
    const count = screen.getByLabelText("Count");
    await userEvent.type(count, "x");
    expect(count).not.toHaveAccessibleDescription();
    await userEvent.tab();
    expect(count).toHaveAccessibleDescription("Enter a whole number");
    await userEvent.clear(count);
    expect(count).not.toHaveAccessibleDescription();
  });

  it("ties help and error to their field and says in words that it is required", async () => {
    const { submit } = drawForm({ name: { title: "Name", type: "string", description: "As in the book" } }, {}, {}, ["name"]);
    const name = screen.getByLabelText("Name");
    expect(name).toBeRequired();
    expect(screen.getByText("Required")).toBeVisible();
    await submit();
    expect(name).toHaveAccessibleDescription("Name is required As in the book");
    expect(name).toBeInvalid();
  });

  it("takes any JSON where a field has no rules", async () => {
    const { send, submit } = drawForm({ extra: { title: "Extra" } }, {}, { extra: { "ui:field": "json" } });
    await userEvent.type(screen.getByLabelText("Extra"), '{{"a": [[1]}');
    await submit();
    expect(send).toHaveBeenCalledWith({ extra: { a: [1] } });
  });

  it("keeps fields of a group together below its title, and the author's order", () => {
    const field = (title: string) => ({ title, type: "string" as const });
    drawForm(
      { a: field("A"), b: field("B"), c: field("C") },
      {},
      { "ui:order": ["c", "b", "a"], "ui:groups": [{ title: "Scope", fields: ["a"] }] },
    );
    expect(screen.getAllByRole("textbox").map((input) => input.id)).toEqual(["payload.c", "payload.b", "payload.a"]);
    expect(within(screen.getByRole("group", { name: "Scope" })).getByLabelText("A")).toBeVisible();
  });

  it("lays fields out in columns, of which text areas, JSON, objects and lists span all", () => {
    const properties = {
      a: { title: "A", type: "string" },
      b: { title: "B", type: "integer" },
      note: { title: "Note", type: "string" },
      extra: { title: "Extra" },
      server: { title: "Server", type: "object", properties: { host: { title: "Host", type: "string" } } },
      tags: { title: "Tags", type: "array", "x-type": "array", items: { type: "string" } },
    } as const;
    drawForm(properties, {}, { "ui:columns": 3, note: { "ui:widget": "textarea" }, "ui:groups": [{ title: "Scope", fields: ["b"] }] });
    const columns = document.querySelectorAll("[data-columns='3']");
    expect(columns).toHaveLength(2);
    expect(within(screen.getByRole("group", { name: "Scope" })).getByLabelText("B").closest("[data-columns]")).toBe(columns[1]);
    const wide = [...(columns[0]?.children ?? [])].map((field) => field.hasAttribute("data-wide"));
    expect(wide).toEqual([false, true, true, true, true]);
  });

  it.each([{}, { "ui:columns": 1 }])("has one column unless its author wants more: %j", (uiSchema) => {
    drawForm({ a: { title: "A", type: "string" } }, {}, uiSchema);
    expect(document.querySelector("[data-columns]")).toBeNull();
  });

  it("is sent by Ctrl+Enter from a text area", async () => {
    const { send } = drawForm({ note: { title: "Note", type: "string" } }, {}, { note: { "ui:widget": "textarea" } });
    await userEvent.type(screen.getByLabelText("Note"), "two{Enter}lines{Control>}{Enter}{/Control}");
    expect(send).toHaveBeenCalledWith({ note: "two\nlines" });
  });

  it("moves, removes and adds items by buttons, and the focus stays where the work is", async () => {
    const items = { type: "object", title: "Server", properties: { host: { title: "Host", type: "string" } } };
    const { send, submit } = drawForm({ servers: { title: "Servers", type: "array", "x-type": "array", items } }, { servers: [{ host: "a" }, { host: "b" }] });
    await userEvent.click(screen.getByRole("button", { name: "Move Server 2 up" }));
    await waitFor(() => expect(screen.getByRole("button", { name: "Move Server 1 down" })).toHaveFocus());
    expect(screen.getByText("Moved to place 1 of 2.")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Remove Server 2" }));
    await userEvent.click(screen.getByRole("button", { name: "Add to Servers" }));
    await waitFor(() => expect(screen.getAllByLabelText("Host")[1]).toHaveFocus());
    await userEvent.keyboard("c");
    await submit();
    expect(send).toHaveBeenCalledWith({ servers: [{ host: "b" }, { host: "c" }] });
  });

  it("distinguishes null from empty", async () => {
    const { send, submit } = drawForm({ name: { title: "Name", type: ["string", "null"] } }, { name: null });
    expect(screen.getByLabelText("Name")).toBeDisabled();
    await submit();
    await userEvent.click(screen.getByLabelText("No value for Name"));
    await submit();
    expect(send.mock.calls).toEqual([[{ name: null }], [{ name: "" }]]);
  });

  it("names a shared secret and asks for nothing", async () => {
    const secret = { title: "Token", type: "string", format: "password", writeOnly: true, default: "$encrypted$", "x-type": "secret", "x-secretRef": "stripe" };
    const { send, submit } = drawForm({ token: secret }, { token: "$encrypted$" }, {}, ["token"]);
    expect(screen.getByLabelText(/Token/)).toHaveValue("Shared secret stripe");
    expect(screen.getByLabelText(/Token/)).toHaveAttribute("readonly");
    expect(screen.queryByRole("button", { name: "Replace" })).toBeNull();
    await submit();
    expect(send).toHaveBeenCalledWith({ token: "$encrypted$" });
  });

  it("keeps a stored secret unless it is replaced, and shows it nowhere", async () => {
    const secret = { title: "Token", type: "string", format: "password", writeOnly: true, default: "$encrypted$", "x-type": "secret" };
    const { send, submit } = drawForm({ token: secret }, { token: "$encrypted$" });
    await submit();
    await userEvent.click(screen.getByRole("button", { name: "Replace" }));
    await userEvent.type(screen.getByLabelText("Token"), "hush");
    await userEvent.click(screen.getByRole("button", { name: "JSON" }));
    expect(screen.getByLabelText("Payload as JSON")).toHaveValue('{\n  "token": "$encrypted$"\n}');
    await submit();
    expect(send.mock.calls).toEqual([[{ token: "$encrypted$" }], [{ token: "hush" }]]);
  });

  it("does not leave the JSON before it can be read, and then shows what it says", async () => {
    drawForm({ count: { title: "Count", type: "integer", default: 3 } }, { count: 3 });
    await userEvent.click(screen.getByRole("button", { name: "JSON" }));
    const text = screen.getByLabelText("Payload as JSON");
    fireEvent.change(text, { target: { value: '{"count": 12345678901234567890,' } });
    expect(text).toHaveAccessibleDescription(/Line 1, column 32: a key in double quotes is expected, not the end/);
    await userEvent.click(screen.getByRole("button", { name: "Form" }));
    expect(text).toHaveFocus();
    fireEvent.change(text, { target: { value: '{"count": 12345678901234567890, "stranger": true}' } });
    await userEvent.click(screen.getByRole("button", { name: "Form" }));
    expect(screen.getByLabelText("Count")).toHaveValue("12345678901234567890");
    await userEvent.click(screen.getByRole("button", { name: "Remove stranger" }));
    await userEvent.click(screen.getByRole("button", { name: "Reset to defaults" }));
    expect(screen.getByLabelText("Count")).toHaveValue("3");
    expect(screen.queryByText(/stranger/)).toBeNull();
  });

  it("finds one of many options by typing, and says how many there are", async () => {
    const countries = Array.from({ length: 40 }, (_, place) => `Country ${place + 1}`);
    const { send, submit } = drawForm({ country: { title: "Country", type: "string", enum: countries } });
    const box = await screen.findByRole("combobox", { name: "Country" });
    await userEvent.type(box, "40");
    expect(screen.getByText("1 option")).toBeInTheDocument();
    await userEvent.click(await screen.findByRole("option", { name: "Country 40" }));
    await submit();
    expect(send).toHaveBeenCalledWith({ country: "Country 40" });
  });
});
