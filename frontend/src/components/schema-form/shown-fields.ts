/** Decides which fields of an object are shown, and describes how a change affects that. */
import { getOwn, isObject } from "@/lib/json";
import type { JsonObject } from "@/types/api";
import type { FieldSchema } from "@/types/form-schema";
import { isConditionMet, listConditionFields } from "./conditions";
import { getLabel } from "./field-kinds";

/** Returns whether a field is shown. For conditions, the value of a hidden field counts as not set. */
export function isShown(schema: FieldSchema, values: JsonObject, name: string): boolean {
  const condition = getOwn(schema.properties, name)?.["x-showIf"];
  if (condition === undefined) return true;
  const relevantFields = listConditionFields(condition).filter((other) => isShown(schema, values, other));
  return isConditionMet(condition, Object.fromEntries(relevantFields.map((other) => [other, getOwn(values, other)])));
}

/** Returns the values of the shown fields. */
export function filterShownValues(schema: FieldSchema, values: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([name]) => isShown(schema, values, name)));
}

/** Returns the values of hidden fields, which are restored when the fields are shown again. */
export function filterHiddenValues(schema: FieldSchema, values: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !isShown(schema, values, name)));
}

/** Describes which fields a change showed or hid; empty if none. */
export function describeChange(schema: FieldSchema, before: JsonObject, after: JsonObject): string {
  const [old, now] = [listShownConditionals(schema, before), listShownConditionals(schema, after)];
  const appeared = [...now].filter((label) => !old.has(label)).map((label) => `${label} is shown now.`);
  const disappeared = [...old].filter((label) => !now.has(label)).map((label) => `${label} is hidden now.`);
  return [...appeared, ...disappeared].join(" ");
}

/** Returns the labels of the shown fields that have a condition. */
function listShownConditionals(schema: FieldSchema, values: JsonObject): Set<string> {
  const shown = Object.entries(schema.properties ?? {}).filter(([name]) => isShown(schema, values, name));
  return new Set(
    shown.flatMap(([name, field]) => {
      const inner = getOwn(values, name);
      const deeper = field.properties && isObject(inner) ? [...listShownConditionals(field, inner)] : [];
      return field["x-showIf"] ? [getLabel(field, name), ...deeper] : deeper;
    }),
  );
}
