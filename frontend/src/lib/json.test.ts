import { describe, expect, it } from "vitest";

import { getOwn, isSameJson, parseJson, toJson } from "./json";
import { formatJsonProblem, readJson } from "./json-reader";

describe("JSON", () => {
  it("keeps every digit of integers that a number would round", () => {
    const text = '{"a":9007199254740993,"b":[-18446744073709551616,7],"c":"9007199254740993"}';
    expect(parseJson(text)).toEqual({ a: 9007199254740993n, b: [-18446744073709551616n, 7], c: "9007199254740993" });
    expect(toJson(parseJson(text))).toBe(text);
    expect(toJson(parseJson("[9007199254740993.0, 9.007199254740993e15]"))).toBe("[9007199254740993,9007199254740993]");
  });

  it("reads what JSON.parse reads, to the same values", () => {
    const texts = ['{"a": [1, -2.5e3, "x\\n\\u00e9", true, false, null, {}, []]}', " 0 ", '"a"', '{"__proto__": 1, "": []}'];
    for (const text of texts) expect(readJson(text)).toEqual({ value: JSON.parse(text) as unknown, problem: null });
  });

  it.each([
    ['{\n  "a": 1\n  "b": 2\n}', 'Line 3, column 3: a comma or } is expected, not "'],
    ['{"a": 1,\n}', "Line 2, column 1: there is a comma too many before }"],
    ["{'a': 1}", "Line 1, column 2: a key in double quotes is expected, not '"],
    ["{\u00a0}", "Line 1, column 2: a key in double quotes is expected, not the character U+00A0"],
    ["[😀]", "Line 1, column 2: a value is expected, not 😀"],
    ['{"a"\n: 1,\n"a": 2}', 'Line 3, column 1: the key "a" stands there twice'],
    ["[1, 2", "Line 1, column 6: a comma or ] is expected, not the end"],
    ["", "Line 1, column 1: a value is expected, not the end"],
    ["[01]", "Line 1, column 2: a value is expected, not 0"],
    ["nulls", "Line 1, column 1: a value is expected, not n"],
    ['{"a": 0,\n  "\n  "b": 1}', "Line 2, column 3: this text in quotes does not end"],
    ['["half\\', "Line 1, column 2: this text in quotes does not end"],
    ['"a\tb"', "Line 1, column 3: the character U+0009 must be escaped in quotes"],
    ['"C:\\dir"', "Line 1, column 4: a backslash in quotes must be written twice, or begin an escape such as \\n"],
    ['"\\u12"', "Line 1, column 2: a backslash in quotes must be written twice, or begin an escape such as \\n"],
    ["{} x", "Line 1, column 4: there is more text after the end of the value"],
    ["[1e999]", "Line 1, column 2: this number is too large"],
    ["[".repeat(600), "Line 1, column 502: it is nested too deeply"],
  ])("says where %j breaks, and throws nothing", (text, sentence) => {
    const { value, problem } = readJson(text);
    expect([value, problem && formatJsonProblem(problem)]).toEqual([undefined, sentence]);
    expect(() => JSON.parse(text === "[1e999]" || text.includes('"a": 2') ? "" : text) as unknown).toThrow();
  });

  it("reads texts of any length", () => {
    const long = `"${"\\u0041\\n x".repeat(1_000_000)}`;
    expect(readJson(`${long}"`).problem).toBeNull();
    expect(readJson(long).problem?.offset).toBe(0);
  });

  it("throws for a machine's text that is no JSON", () => {
    expect(() => parseJson('{"a": 12345678901234567890')).toThrow("Line 1, column 27: a comma or } is expected, not the end");
    expect(() => parseJson("{")).toThrow(SyntaxError);
  });

  it("finds under a name what the object holds itself", () => {
    const read = readJson('{"toString": 1, "__proto__": 2}').value as Record<string, unknown>;
    const names = ["toString", "__proto__", "constructor"];
    expect(names.map((name) => getOwn(read, name))).toEqual([1, 2, undefined]);
    expect(names.map((name) => getOwn({}, name))).toEqual([undefined, undefined, undefined]);
    expect(getOwn(undefined, "constructor")).toBeUndefined();
  });

  it("compares what is said, not how it is written", () => {
    expect(isSameJson({ a: 1, b: [2n] }, { b: [2n], a: 1 })).toBe(true);
    expect(isSameJson(2n, 2)).toBe(false);
    expect(isSameJson([1, 2], [2, 1])).toBe(false);
  });
});
