/** People type documents key by key, so the editor must not crash on any prefix of a document. */
import { act, fireEvent, screen } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { getLineAndColumn } from "@/lib/json-places";
import { readJson, readPlacedJson } from "@/lib/json-reader";
import type { JsonObject } from "@/types/api";
import originalText from "@examples/job_templates.json?raw";
import { fakeApi } from "@test/fake-api";
import { draw } from "@test/render";
import { TemplateEditor } from "./template-editor";

// Long texts are removed: their letters test nothing new, and each one costs two renders.
const PROSE = /,\s*"(?:description|help)": "[^"]*"|(?<=\n) +/g;
const ORIGINALS = Object.entries(JSON.parse(originalText) as JsonObject).map(([type, document]): [string, string] => [type, JSON.stringify(document, null, 2).replaceAll(PROSE, "")]);
const DOCUMENTS: [string, string][] = [
  ...ORIGINALS,
  ["nested", '{"payload_schema": {"hosts": {"type": "array", "items": {"type": "object", "fields": {"ports": {"type": "array", "items": {"type": "uint"}}}}}}, "payload": {"hosts": [{"ports": [[1, 2.5e3], []]}, {}]}}'],
  ["unicode", '{"label": "Größe 😀 \\u00e9\\ud83d\\ude00", "Straße": ["日本語", "\\"\\\\\\n"], "‮rtl": null, "e\u0301": true}'],
  ["prototype names", '{"payload_schema": {"constructor": {"type": "string"}, "toString": null, "valueOf": {"type": "uint"}, "__proto__": {"hasOwnProperty": {}}}, "payload": {"constructor": "a", "toString": {"length": 1}}}'],
  ["large numbers", '{"payload": {"a": 9007199254740993, "b": -18446744073709551616, "c": 1e300, "d": -0.0, "e": 9007199254740993.0}}'],
  ["windows line ends", '{\r\n  "a": 1,\r\n\t"b": [\r\n2]\r\n}'],
];
/** The characters that are typed at every position. */
const KEYS = ['"', "{", "}", "[", "]", ",", ":", "\\", "c", "0", "-", ".", "\n", "\t", "\u00a0", "\u0000", "😀", "\ud83d", "/", "'"];
const FORM = { schema: { type: "object", properties: { city: { type: "string", title: "City" } } }, ui_schema: {}, initial: {} };

function documentBox(): HTMLTextAreaElement {
  return screen.getByLabelText("Document");
}

function write(text: string): void {
  fireEvent.change(documentBox(), { target: { value: text } });
}

beforeEach(() => {
  sessionStorage.clear();
  fakeApi({ "POST template-preview/": () => ({ problems: [], warnings: [], form: FORM, trial: null, next_runs: [] }) });
});

describe("a text that is not finished", () => {
  it.each(DOCUMENTS)("is read at every position of %s, with any key typed or taken away there", (_name, whole) => {
    for (let at = 0; at <= whole.length; at += 1) {
      const before = whole.slice(0, at);
      const texts = [before, whole.slice(at), before + whole.slice(at + 1), ...KEYS.flatMap((key) => [before + key, before + key + whole.slice(at)])];
      expect(texts.filter((text) => !isReadWell(text))).toEqual([]);
    }
  }, 60_000);

  it("is read as JSON.parse reads it, wherever that does", () => {
    for (const [, whole] of DOCUMENTS) {
      const { value, problem } = readJson(whole);
      expect(problem).toBeNull();
      if (!/\d{16}/.test(whole)) expect(value).toEqual(JSON.parse(whole));
    }
  });
});

/** Returns whether the result is a value or a problem with a valid place. It uses no `expect`, because it runs 100,000 times. */
function isReadWell(text: string): boolean {
  const { problem, places } = readPlacedJson(text);
  if ([...places.values()].some((offset) => offset > text.length)) return false;
  if (!problem) return true;
  const { line, column } = getLineAndColumn(text, problem.offset);
  return problem.offset <= text.length && line === problem.line && column === problem.column;
}

describe("the editor", () => {
  it.each(DOCUMENTS)("stays while %s is typed key by key and deleted key by key", async (_name, whole) => {
    const complained = vi.spyOn(console, "error");
    // A text area knows no other line ends.
    const text = whole.replaceAll("\r\n", "\n");
    draw(<TemplateEditor />, { role: "editor" });
    expect(await screen.findByLabelText("City")).toBeVisible();
    for (let end = 0; end <= text.length; end += 1) write(text.slice(0, end));
    expect(documentBox()).toHaveValue(text);
    for (let end = text.length; end >= 0; end -= 1) write(text.slice(0, end));
    expect(screen.getByText("of the last document without problems")).toBeVisible();
    expect(screen.getByLabelText("City")).toBeVisible();
    expect(complained).not.toHaveBeenCalled();
  }, 60_000);

  it.each([
    ["a new key", '{\n  "startInSeconds": 0,\n  ', '"maxRuns": 3', "\n}"],
    ["a key without quotes", "{", "type: 1", "}"],
    ["a key behind a comma", '{"a": 1', ', "c": 2', "}"],
    ["a quote in a key", '{"ty', '"', 'pe": 1}'],
    ["half a document", "", '{"type": "my_job", "payload_schema": {"na', ""],
    ["a prototype's name", '{"payload": {', '"constructor": 1, "__proto__": 2', "}}"],
  ])("stays while %s is typed inside of a document", (_name, before, typed, after) => {
    draw(<TemplateEditor />, { role: "editor" });
    for (let end = 0; end <= typed.length; end += 1) {
      write(before + typed.slice(0, end) + after);
      expect(documentBox()).toHaveValue(before + typed.slice(0, end) + after);
    }
  });

  it("says of every problem in which line and column it is, and leads there", () => {
    draw(<TemplateEditor />, { role: "editor" });
    write('{\n  "startInSeconds": 0,\n  "\n}');
    fireEvent.click(screen.getByRole("button", { name: "Line 3, column 3" }));
    expect(screen.getByText(/this text in quotes does not end/)).toBeVisible();
    expect(documentBox().selectionStart).toBe(27);
    act(() => documentBox().blur());
  });
});
