import type { RJSFSchema, UiSchema } from "@rjsf/utils";

import type { JsonObject, Problem } from "@/types/api";
import { messageFor } from "./messages";
import { findFailures } from "./validator";

/** Fields the author hid are the server's to fill: they are neither drawn nor sent. */
export function visibleSchema(schema: RJSFSchema, uiSchema: UiSchema): RJSFSchema {
  const hidden = new Set(Object.keys(schema.properties ?? {}).filter((name) => isHidden(uiSchema, name)));
  const properties = Object.entries(schema.properties ?? {}).filter(([name]) => !hidden.has(name));
  return {
    ...schema,
    properties: Object.fromEntries(properties),
    required: (schema.required ?? []).filter((name) => !hidden.has(name)),
  };
}

export function visibleValues(schema: RJSFSchema, values: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([name]) => schema.properties?.[name] !== undefined));
}

function isHidden(uiSchema: UiSchema, name: string): boolean {
  const field: unknown = uiSchema[name];
  return typeof field === "object" && field !== null && "ui:widget" in field && field["ui:widget"] === "hidden";
}

/** What is sent: a cleared field is null where leaving it out would bring its default back. */
export function payloadOf(values: JsonObject, initial: JsonObject): JsonObject {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  const cleared = Object.keys(initial).filter((name) => values[name] === undefined);
  return { ...Object.fromEntries(cleared.map((name) => [name, null])), ...Object.fromEntries(given) };
}

/** Everything wrong with a payload, one problem a field, named as the server names it: `payload.user_id`. */
export function problemsOf(schema: RJSFSchema, payload: JsonObject): Problem[] {
  const problems = new Map<string, Problem>();
  for (const { path, keyword } of findFailures(schema, payload)) {
    const [name = "", ...deeper] = path;
    const value = payload[name];
    const emptied = value === null && (schema.required ?? []).includes(name);
    const code = emptied ? "required" : keyword;
    const attr = ["payload", name].join(".");
    const field = schemaOf(schema, name);
    const rule = deeper.length > 0 && typeof field.items === "object" && !Array.isArray(field.items) ? field.items : field;
    const detail = messageFor(code, { label: field.title ?? name, schema: rule, value });
    if (!problems.has(attr)) problems.set(attr, { code, detail, attr });
  }
  return [...problems.values()];
}

/** How the fields are called, by the `attr` of their problems. */
export function labelsOf(schema: RJSFSchema): Record<string, string> {
  const names = Object.keys(schema.properties ?? {});
  return Object.fromEntries(names.map((name) => [`payload.${name}`, schemaOf(schema, name).title ?? name]));
}

function schemaOf(schema: RJSFSchema, name: string): RJSFSchema {
  const field = schema.properties?.[name];
  return typeof field === "object" ? field : {};
}
