import { describe, expect, it } from "vitest";

import type { FieldSchema } from "@/types/form-schema";
import { draftOf, filledIn, payloadOf, Unread, withValue } from "./form-values";
import { changeWords } from "./shown-fields";

const SCHEMA: FieldSchema = {
  type: "object",
  properties: {
    mode: { title: "Mode", type: "string", default: "local" },
    bucket: { title: "Bucket", type: "string", "x-showIf": { field: "mode", equals: "s3" } },
    prefix: { title: "Prefix", type: "string", default: "/", "x-showIf": { field: "bucket", isSet: true } },
    plan: { type: "string", readOnly: true, default: "basic" },
    mail: {
      type: "object",
      properties: { host: { type: "string" }, port: { type: "integer", default: 25 } },
      required: ["host"],
    },
  },
};

describe("a form's payload", () => {
  const sent = (values: object) => payloadOf(draftOf(SCHEMA, {}, filledIn(SCHEMA, { ...values })));

  it("leaves out what is hidden, also what only something hidden had shown, and keeps their values", () => {
    const values = filledIn(SCHEMA, { mode: "local", bucket: "b", prefix: "/p" });
    expect(payloadOf(draftOf(SCHEMA, {}, values))).toEqual({ mode: "local" });
    expect(payloadOf(draftOf(SCHEMA, {}, { ...values, mode: "s3" }))).toEqual({ mode: "s3", bucket: "b", prefix: "/p" });
  });

  it("sends null for a cleared field that has a default, and nothing for others", () => {
    expect(payloadOf(draftOf(SCHEMA, {}, { mode: undefined, bucket: undefined }))).toEqual({ mode: null });
  });

  it("leaves an optional object out until something is filled in", () => {
    expect(sent({})).not.toHaveProperty("mail");
    expect(sent({ mail: { host: "mx" } })).toHaveProperty("mail", { host: "mx", port: 25 });
  });

  it("leaves what the server fills to the server, and keeps what is no field for all to see", () => {
    expect(sent({ plan: "gold", stranger: 1 })).toEqual({ mode: "local", stranger: 1 });
  });

  it("sends unreadable text as it is", () => {
    expect(sent({ mode: new Unread("{", "Line 1") })).toEqual({ mode: "{" });
  });

  it("changes one place and leaves the rest as it is", () => {
    const before = { servers: [{ host: "a" }, { host: "b" }], other: {} };
    expect(withValue(before, ["servers", 1, "host"], "c")).toEqual({ servers: [{ host: "a" }, { host: "c" }], other: {} });
    expect(withValue({}, ["mail", "host"], "mx")).toEqual({ mail: { host: "mx" } });
  });

  it("says what comes and what goes by a change", () => {
    const local = { mode: "local", bucket: "b", prefix: "/" };
    expect(changeWords(SCHEMA, local, { ...local, mode: "s3" })).toBe("Bucket is shown now. Prefix is shown now.");
    expect(changeWords(SCHEMA, { ...local, mode: "s3" }, local)).toBe("Bucket is hidden now. Prefix is hidden now.");
    expect(changeWords(SCHEMA, local, { ...local, plan: "x" })).toBe("");
  });
});
