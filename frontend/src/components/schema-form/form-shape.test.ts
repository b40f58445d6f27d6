import type { RJSFSchema } from "@rjsf/utils";
import { describe, expect, it } from "vitest";

import { payloadOf, problemsOf, visibleSchema } from "./form-shape";

const CODE: RJSFSchema = { title: "Code", type: "string", pattern: "^[a-z]+$", "x-patternMessage": "Small letters only" };
const SCHEMA: RJSFSchema = {
  type: "object",
  properties: {
    user_id: { title: "User Id", type: "integer", minimum: 0 },
    profiles: { title: "Profiles", type: "integer", minimum: 0, maximum: 1000 },
    filter: { title: "Filters", type: "array", items: { enum: ["likes", "posts"] }, uniqueItems: true, minItems: 1 },
    region: { title: "Region", oneOf: [{ const: "eu", title: "Europe" }, { const: "us", title: "America" }] },
    note: { title: "Note", type: ["string", "null"], maxLength: 3 },
    code: CODE,
  },
  required: ["user_id"],
  additionalProperties: false,
};

function sentences(payload: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(problemsOf(SCHEMA, payload).map(({ attr, detail }): [string, string] => [attr ?? "", detail]));
}

describe("problemsOf", () => {
  it.each([
    [{ user_id: -1 }, "payload.user_id", "Enter a whole number, 0 or more"],
    [{ user_id: 1.5 }, "payload.user_id", "Enter a whole number, 0 or more"],
    [{ user_id: "abc" }, "payload.user_id", "Enter a whole number, 0 or more"],
    [{ user_id: "9007199254740993" }, "payload.user_id", "This number is too large to be sent exactly"],
    [{}, "payload.user_id", "User Id is required"],
    [{ user_id: null }, "payload.user_id", "User Id is required"],
    [{ user_id: 1, profiles: 1001 }, "payload.profiles", "Must be between 0 and 1000"],
    [{ user_id: 1, profiles: null }, "payload.profiles", "Profiles must not be empty"],
    [{ user_id: 1, filter: [] }, "payload.filter", "Choose at least one for Filters"],
    [{ user_id: 1, filter: ["none"] }, "payload.filter", "Choose one of: likes, posts"],
    [{ user_id: 1, region: "mars" }, "payload.region", "Choose one of: Europe, America"],
    [{ user_id: 1, note: "long" }, "payload.note", "Use at most 3 characters (now 4)"],
    [{ user_id: 1, code: "A" }, "payload.code", "Small letters only"],
  ])("says of %j what is wrong with %s", (payload, attr, sentence) => {
    expect(sentences(payload)).toEqual({ [attr]: sentence });
  });

  it("accepts what the schema accepts", () => {
    expect(sentences({ user_id: 0, profiles: 1000, filter: ["likes"], region: "eu", note: null, code: "abc" })).toEqual({});
  });
});

describe("payloadOf", () => {
  it("sends a cleared field as null where leaving it out would bring its default back", () => {
    expect(payloadOf({ user_id: undefined, note: undefined }, { user_id: 5 })).toEqual({ user_id: null });
  });
});

describe("visibleSchema", () => {
  it("leaves hidden fields to the server", () => {
    const shape = visibleSchema({ ...SCHEMA, required: ["user_id", "code"] }, { code: { "ui:widget": "hidden" } });
    expect(Object.keys(shape.properties ?? {})).not.toContain("code");
    expect(shape.required).toEqual(["user_id"]);
  });
});
