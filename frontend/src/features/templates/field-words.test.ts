import { expect, it } from "vitest";

import { aTemplate } from "@test/factories";
import { fieldsOf } from "./field-words";

it("has a default only for a field that the payload has one for, whatever its name", () => {
  const names = ["constructor", "toString", "valueOf", "hasOwnProperty"];
  const payload_schema = Object.fromEntries(names.map((name) => [name, { type: "string" }]));
  const fields = fieldsOf(aTemplate({ payload_schema, payload: { valueOf: "x" } }));
  expect(fields.map(({ name, fallback }) => [name, fallback])).toEqual(names.map((name) => [name, name === "valueOf" ? '"x"' : ""]));
});
