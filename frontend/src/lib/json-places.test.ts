import { describe, expect, it } from "vitest";

import { findOffset, getLineAndColumn } from "./json-places";
import { readPlacedJson } from "./json-reader";

const TEXT = `{
  "type": "a, {job}",
  "payload_schema": {
    "city": {"type": "options", "options": ["Rome", {"value": "x:y"}]},
    "no\\"te": null
  }
}`;

function lineOf(path: string): number {
  return getLineAndColumn(TEXT, findOffset(readPlacedJson(TEXT).places, path)).line;
}

describe("places in a JSON text", () => {
  it.each([
    ["type", 2],
    ["payload_schema", 3],
    ["payload_schema.city.options", 4],
    ['payload_schema.no"te', 5],
  ])("%s stands in line %i", (path, line) => expect(lineOf(path)).toBe(line));

  it("counts the items of a list", () => {
    const { places } = readPlacedJson(TEXT);
    expect(TEXT.slice(places.get("payload_schema.city.options.0")).startsWith('"Rome"')).toBe(true);
    expect(TEXT.slice(places.get("payload_schema.city.options.1.value")).startsWith('"value"')).toBe(true);
  });

  it("takes what is not there to be where it is missing", () => {
    expect(lineOf("payload_schema.city.label")).toBe(4);
    expect(lineOf("startInSeconds")).toBe(1);
  });

  it("knows the places before the one where the text breaks", () => {
    const { problem, places } = readPlacedJson('{"a": 1, "b": [true, "');
    expect(problem?.offset).toBe(21);
    expect([...places]).toEqual([["a", 1], ["b", 9], ["b.0", 15], ["b.1", 21]]);
  });

  it("counts columns in characters, whatever they are made of", () => {
    expect(getLineAndColumn('{\n  "😀é": x', 10)).toEqual({ line: 2, column: 8 });
  });
});
