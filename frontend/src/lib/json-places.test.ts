import { describe, expect, it } from "vitest";

import { lineAt, placeOf, placesIn } from "./json-places";

const TEXT = `{
  "type": "a, {job}",
  "payload_schema": {
    "city": {"type": "options", "options": ["Rome", {"value": "x:y"}]},
    "no\\"te": null
  }
}`;

function lineOf(path: string): number {
  return lineAt(TEXT, placeOf(placesIn(TEXT), path));
}

describe("places in a JSON text", () => {
  it.each([
    ["type", 2],
    ["payload_schema", 3],
    ["payload_schema.city.options", 4],
    ['payload_schema.no"te', 5],
  ])("%s stands in line %i", (path, line) => expect(lineOf(path)).toBe(line));

  it("counts the items of a list", () => {
    const places = placesIn(TEXT);
    expect(TEXT.slice(places.get("payload_schema.city.options.0")).startsWith('"Rome"')).toBe(true);
    expect(TEXT.slice(places.get("payload_schema.city.options.1.value")).startsWith('"value"')).toBe(true);
  });

  it("takes what is not there to be where it is missing", () => {
    expect(lineOf("payload_schema.city.label")).toBe(4);
    expect(lineOf("startInSeconds")).toBe(1);
  });
});
