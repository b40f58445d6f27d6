import { expect, it } from "vitest";

import { tokenizeJson } from "./json-tokens";

const VALUE = { 'a "quoted" key': "text: 5, true", n: [-1.5e-7, 0], yes: true, none: null };

it("loses not a character", () => {
  const text = JSON.stringify(VALUE, null, 2);
  expect(tokenizeJson(text).map((token) => token.text).join("")).toBe(text);
});

it("distinguishes keys, texts, numbers and words", () => {
  const kinds = tokenizeJson(JSON.stringify(VALUE)).filter((token) => token.kind);
  expect(kinds.map((token) => token.kind)).toEqual(["key", "string", "key", "number", "number", "key", "word", "key", "word"]);
});
