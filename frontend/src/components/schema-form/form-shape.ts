import type { JsonObject, Problem } from "@/types/api";
import type { FieldSchema } from "@/types/form-schema";
import { messageFor } from "./messages";
import { findFailures } from "./validator";

/** Everything wrong with a payload, one problem a field, named as the server names it: `payload.user_id`. */
export function problemsOf(schema: FieldSchema, payload: JsonObject): Problem[] {
  const problems = new Map<string, Problem>();
  for (const { path, keyword } of findFailures(schema, payload)) {
    const [name = "", ...deeper] = path;
    const value = payload[name];
    const emptied = value === null && (schema.required ?? []).includes(name);
    const code = emptied ? "required" : keyword;
    const attr = ["payload", name].join(".");
    const field = schemaOf(schema, name);
    const rule = deeper.length > 0 && field.items ? field.items : field;
    const detail = messageFor(code, { label: field.title ?? name, schema: rule, value });
    if (!problems.has(attr)) problems.set(attr, { code, detail, attr });
  }
  return [...problems.values()];
}

function schemaOf(schema: FieldSchema, name: string): FieldSchema {
  return schema.properties?.[name] ?? {};
}
