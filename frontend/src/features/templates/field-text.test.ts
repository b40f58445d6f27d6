import { expect, it } from "vitest";

import { aTemplate } from "@test/factories";
import { describeFields } from "./field-text";

it("has a default only for a field that the payload has one for, whatever its name", () => {
  const names = ["constructor", "toString", "valueOf", "hasOwnProperty"];
  const payload_schema = Object.fromEntries(names.map((name) => [name, { type: "string" }]));
  const fields = describeFields(aTemplate({ payload_schema, payload: { valueOf: "x" } }));
  expect(fields.map(({ name, defaultText }) => [name, defaultText])).toEqual(names.map((name) => [name, name === "valueOf" ? '"x"' : ""]));
});
