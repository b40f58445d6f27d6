/** Absent keys take their defaults, also inside objects and lists; a field that is not shown takes none. */
import { isObject, own } from "@/lib/json";
import type { JsonObject } from "@/types/api";
import type { FieldSchema } from "@/types/form-schema";
import { fieldsOf, holds } from "../conditions";

export function completed(schema: FieldSchema, given: JsonObject): JsonObject {
  const fields = schema.properties ?? {};
  const filled = new Map(Object.entries(given).filter(([, value]) => value !== undefined));
  const settled = new Set<string>();
  const settle = (name: string): void => {
    if (settled.has(name)) return;
    settled.add(name);
    const { default: value, "x-showIf": condition } = own(fields, name) ?? {};
    if (condition) fieldsOf(condition).forEach(settle);
    if (value !== undefined && !filled.has(name) && (!condition || holds(condition, Object.fromEntries(filled)))) filled.set(name, value);
  };
  Object.keys(fields).forEach(settle);
  for (const [name, field] of Object.entries(fields)) {
    if (filled.has(name)) filled.set(name, completedValue(field, filled.get(name)));
  }
  return Object.fromEntries(filled);
}

function completedValue(field: FieldSchema, value: unknown): unknown {
  // A multi-select takes one value for a list of one.
  if (field.uniqueItems) return value === null || typeof value === "object" ? value : [value];
  if (field.properties && isObject(value)) return completed(field, value);
  const { items } = field;
  return items && Array.isArray(value) ? value.map((item) => completedValue(items, item)) : value;
}
