import { describe, expect, it } from "vitest";

import type { FieldSchema } from "@/types/form-schema";
import { readAddressValues, readPayloadValues } from "./prefill";

const SCHEMA: FieldSchema = {
  properties: {
    user_id: { type: "integer" },
    limit: { type: ["integer", "null"] },
    dry_run: { type: "boolean" },
    size: { enum: [1, 2] },
    filters: { type: "array", uniqueItems: true, items: { enum: ["likes", "posts"] } },
    wait: { type: "string", format: "duration" },
    extra: {},
    token: { type: "string", format: "password" },
    name: { type: "string" },
  },
};

const read = (query: string) => readAddressValues(SCHEMA, new URLSearchParams(query));

describe("values in the address", () => {
  it("are read as their fields' types", () => {
    expect(
      read("template=t&p.user_id=9007199254740993&p.limit=null&p.dry_run=true&p.size=2&p.filters=likes&p.filters=posts&p.wait=90 min&p.extra=[1]&p.name=5"),
    ).toEqual({
      user_id: 9007199254740993n,
      limit: null,
      dry_run: true,
      size: 2,
      filters: ["likes", "posts"],
      wait: "PT90M",
      extra: [1],
      name: "5",
    });
  });

  it("stay text where they cannot be read, so that their field shows what is wrong", () => {
    expect(read("p.user_id=abc&p.dry_run=perhaps&p.size=9&p.stranger=1")).toEqual({ user_id: "abc", dry_run: "perhaps", size: "9", stranger: "1" });
  });

  it("are never secrets", () => {
    expect(read("p.token=hush")).toBeUndefined();
    expect(read("template=t")).toBeUndefined();
  });
});

describe("values of an old job", () => {
  it("come without what the server fills, and without its secrets", () => {
    const schema: FieldSchema = {
      properties: {
        plan: { type: "string", readOnly: true },
        token: { type: "string", format: "password" },
        key: { type: "string", format: "password", default: "$encrypted$" },
        mail: { properties: { password: { format: "password" }, host: {} } },
      },
    };
    const payload = { plan: "basic", token: "$encrypted$", key: "$encrypted$", mail: { password: "$encrypted$", host: "mx" }, gone: 1 };
    expect(readPayloadValues(schema, payload)).toEqual({ key: "$encrypted$", mail: { host: "mx" }, gone: 1 });
  });
});
