/** Absent keys take their defaults, also inside objects and lists; a field that is not shown takes none. */
import { isObject } from "@/lib/json";
import type { JsonObject } from "@/types/api";
import type { FieldSchema } from "@/types/form-schema";
import { fieldsOf, holds } from "../conditions";

export function completed(schema: FieldSchema, given: JsonObject): JsonObject {
  const fields = schema.properties ?? {};
  const filled: JsonObject = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const settled = new Set<string>();
  const settle = (name: string): void => {
    if (settled.has(name)) return;
    settled.add(name);
    const { default: value, "x-showIf": condition } = fields[name] ?? {};
    if (condition) fieldsOf(condition).forEach(settle);
    if (value !== undefined && !Object.hasOwn(filled, name) && (!condition || holds(condition, filled))) filled[name] = value;
  };
  Object.keys(fields).forEach(settle);
  for (const [name, field] of Object.entries(fields)) {
    if (Object.hasOwn(filled, name)) filled[name] = completedValue(field, filled[name]);
  }
  return filled;
}

function completedValue(field: FieldSchema, value: unknown): unknown {
  // A multi-select takes one value for a list of one.
  if (field.uniqueItems) return value === null || typeof value === "object" ? value : [value];
  if (field.properties && isObject(value)) return completed(field, value);
  const { items } = field;
  return items && Array.isArray(value) ? value.map((item) => completedValue(items, item)) : value;
}
