import { Button } from "@mantine/core";
import { screen, within } from "@testing-library/react";
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

  it("is sent by Ctrl+Enter from a text area", async () => {
    const { send } = drawForm({ note: { title: "Note", type: "string" } }, {}, { note: { "ui:widget": "textarea" } });
    await userEvent.type(screen.getByLabelText("Note"), "two{Enter}lines{Control>}{Enter}{/Control}");
    expect(send).toHaveBeenCalledWith({ note: "two\nlines" });
  });
});
