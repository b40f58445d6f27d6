/** Fills in the defaults of absent keys, also inside objects and lists, but not of hidden fields. */
import { getOwn, isObject } from "@/lib/json";
import type { JsonObject } from "@/types/api";
import type { FieldSchema } from "@/types/form-schema";
import { isConditionMet, listConditionFields } from "../conditions";

/** Returns the payload with its defaults. A condition sees the defaults of the fields that it depends on. */
export function fillAbsent(schema: FieldSchema, given: JsonObject): JsonObject {
  const fields = schema.properties ?? {};
  const filled = new Map(Object.entries(given).filter(([, value]) => value !== undefined));
  const visited = new Set<string>();
  const visit = (name: string): void => {
    if (visited.has(name)) return;
    visited.add(name);
    const { default: value, "x-showIf": condition } = getOwn(fields, name) ?? {};
    if (condition) listConditionFields(condition).forEach(visit);
    if (value !== undefined && !filled.has(name) && (!condition || isConditionMet(condition, Object.fromEntries(filled)))) filled.set(name, value);
  };
  Object.keys(fields).forEach(visit);
  for (const [name, field] of Object.entries(fields)) {
    if (filled.has(name)) filled.set(name, fillAbsentValue(field, filled.get(name)));
  }
  return Object.fromEntries(filled);
}

function fillAbsentValue(field: FieldSchema, value: unknown): unknown {
  // A field with several choices accepts a single value instead of a list of one.
  if (field.uniqueItems) return value === null || typeof value === "object" ? value : [value];
  if (field.properties && isObject(value)) return fillAbsent(field, value);
  const { items } = field;
  return items && Array.isArray(value) ? value.map((item) => fillAbsentValue(items, item)) : value;
}
