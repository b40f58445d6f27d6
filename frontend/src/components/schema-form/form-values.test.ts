import { describe, expect, it } from "vitest";

import type { FieldSchema } from "@/types/form-schema";
import { buildDraft, buildPayload, fillDefaults, replaceValueAt, UnreadInput } from "./form-values";
import { describeChange } from "./shown-fields";

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
  const sent = (values: object) => buildPayload(buildDraft(SCHEMA, {}, fillDefaults(SCHEMA, { ...values })));

  it("leaves out what is hidden, also what only something hidden had shown, and keeps their values", () => {
    const values = fillDefaults(SCHEMA, { mode: "local", bucket: "b", prefix: "/p" });
    expect(buildPayload(buildDraft(SCHEMA, {}, values))).toEqual({ mode: "local" });
    expect(buildPayload(buildDraft(SCHEMA, {}, { ...values, mode: "s3" }))).toEqual({ mode: "s3", bucket: "b", prefix: "/p" });
  });

  it("sends null for a cleared field that has a default, and nothing for others", () => {
    expect(buildPayload(buildDraft(SCHEMA, {}, { mode: undefined, bucket: undefined }))).toEqual({ mode: null });
  });

  it("leaves an optional object out until something is filled in", () => {
    expect(sent({})).not.toHaveProperty("mail");
    expect(sent({ mail: { host: "mx" } })).toHaveProperty("mail", { host: "mx", port: 25 });
  });

  it("leaves what the server fills to the server, and keeps what is no field for all to see", () => {
    expect(sent({ plan: "gold", stranger: 1 })).toEqual({ mode: "local", stranger: 1 });
  });

  it("sends unreadable text as it is", () => {
    expect(sent({ mode: new UnreadInput("{", "Line 1") })).toEqual({ mode: "{" });
  });

  it("changes one place and leaves the rest as it is", () => {
    const before = { servers: [{ host: "a" }, { host: "b" }], other: {} };
    expect(replaceValueAt(before, ["servers", 1, "host"], "c")).toEqual({ servers: [{ host: "a" }, { host: "c" }], other: {} });
    expect(replaceValueAt({}, ["mail", "host"], "mx")).toEqual({ mail: { host: "mx" } });
  });

  it("says what comes and what goes by a change", () => {
    const local = { mode: "local", bucket: "b", prefix: "/" };
    expect(describeChange(SCHEMA, local, { ...local, mode: "s3" })).toBe("Bucket is shown now. Prefix is shown now.");
    expect(describeChange(SCHEMA, { ...local, mode: "s3" }, local)).toBe("Bucket is hidden now. Prefix is hidden now.");
    expect(describeChange(SCHEMA, local, { ...local, plan: "x" })).toBe("");
  });
});
