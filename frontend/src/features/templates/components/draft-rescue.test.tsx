/** A draft that crashes the editor can still be read, copied and discarded. */
import { fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { fakeApi } from "@test/fake-api";
import { aTemplate } from "@test/factories";
import { draw } from "@test/render";
import { TemplateEditor } from "./template-editor";

const copied = vi.hoisted(() => vi.fn(() => Promise.resolve()));
vi.mock("@/lib/copy-text", () => ({ copyText: copied }));
// Simulates an unknown bug: any text with this word crashes the parser.
vi.mock("@/lib/json-reader", async (original) => {
  const real = await original<Record<string, unknown> & { readPlacedJson: (text: string) => unknown }>();
  return {
    ...real,
    readPlacedJson: (text: string) => {
      if (text.includes("CRASH")) throw new Error("nobody knew of this");
      return real.readPlacedJson(text);
    },
  };
});

const FORM = { schema: { type: "object", properties: { city: { type: "string", title: "City" } } }, ui_schema: {}, initial: {} };
const BROKEN_FORM = { ...FORM, schema: { type: "object", properties: { city: null } } };
const KEY = "template-draft:otp_send_job";
const half = '{"type": "CRASH';

function write(text: string): void {
  fireEvent.change(screen.getByLabelText(/^(Document|Draft, as plain text)$/), { target: { value: text } });
}

function drawEditor() {
  return draw(<TemplateEditor template={aTemplate()} />, { role: "editor" });
}

beforeEach(() => {
  sessionStorage.clear();
  // React reports every caught crash there.
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  fakeApi({ "POST template-preview/": ({ body }) => ({ problems: [], warnings: [], trial: null, next_runs: [], form: JSON.stringify(body).includes("broken") ? BROKEN_FORM : FORM }) });
});

describe("a draft that crashes the editor", () => {
  it("stays readable to the last key, and can be copied", async () => {
    drawEditor();
    write(half);
    expect(screen.getByRole("alert")).toHaveTextContent("nobody knew of this");
    expect(screen.getByLabelText("Draft, as plain text")).toHaveValue(half);
    await userEvent.click(screen.getByRole("button", { name: "Copy the draft" }));
    expect(copied).toHaveBeenCalledWith(half);
    expect(screen.getByRole("button", { name: "Copied" })).toBeVisible();
  });

  it("is there after a reload, and can be discarded", async () => {
    const first = drawEditor();
    write(half);
    first.unmount();
    drawEditor();
    expect(screen.getByLabelText("Draft, as plain text")).toHaveValue(half);
    await userEvent.click(screen.getByRole("button", { name: "Discard the draft" }));
    expect(screen.getByLabelText("Document")).toHaveDisplayValue(/"otp_send_job"/);
    expect(sessionStorage.getItem(KEY)).toBeNull();
  });

  it("can be mended as plain text, and opened again", async () => {
    drawEditor();
    write(half);
    write('{"type": "mended"}');
    await userEvent.click(screen.getByRole("button", { name: "Open the editor again" }));
    expect(screen.getByLabelText("Document")).toHaveValue('{"type": "mended"}');
  });
});

describe("a form that cannot be drawn", () => {
  it("takes its own panel only, until there is another", async () => {
    drawEditor();
    await screen.findByLabelText("City");
    write('{"label": "broken"}');
    expect(await screen.findByText("This form cannot be drawn here")).toBeVisible();
    expect(screen.getByLabelText("Document")).toHaveValue('{"label": "broken"}');
    write('{"label": "whole"}');
    expect(await screen.findByLabelText("City")).toBeVisible();
  });
});

describe("a stored draft", () => {
  it.each(["", "{", "null", "[]", "5", '{"text": 5}', '{"version": 1}', "\u0000"])("is ignored if it is invalid: %j", (stored) => {
    sessionStorage.setItem(KEY, stored);
    drawEditor();
    expect(screen.getByLabelText("Document")).toHaveDisplayValue(/"otp_send_job"/);
    expect(screen.queryByText(/the draft you left here/)).toBeNull();
  });

  it("shows a warning if the browser cannot store it", () => {
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    drawEditor();
    write("{");
    expect(screen.getByLabelText("Document")).toHaveValue("{");
    expect(screen.getByText(/no room to keep it/)).toBeVisible();
  });

  it("is not needed where the browser's storage is switched off", () => {
    for (const verb of ["getItem", "setItem", "removeItem"] as const) {
      vi.spyOn(Storage.prototype, verb).mockImplementation(() => {
        throw new DOMException("off", "SecurityError");
      });
    }
    drawEditor();
    write("{");
    expect(screen.getByLabelText("Document")).toHaveValue("{");
  });
});
