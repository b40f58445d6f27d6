/** Which fields of an object are there at all, and what of that a change changes. */
import { isObject, own } from "@/lib/json";
import type { JsonObject } from "@/types/api";
import type { FieldSchema } from "@/types/form-schema";
import { fieldsOf, holds } from "./conditions";
import { labelOf } from "./field-kinds";

/** A hidden field counts as not set, whatever it was before it was hidden. */
export function isShownIn(schema: FieldSchema, values: JsonObject, name: string): boolean {
  const condition = own(schema.properties, name)?.["x-showIf"];
  if (condition === undefined) return true;
  const asked = fieldsOf(condition).filter((other) => isShownIn(schema, values, other));
  return holds(condition, Object.fromEntries(asked.map((other) => [other, own(values, other)])));
}

export function shownValues(schema: FieldSchema, values: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([name]) => isShownIn(schema, values, name)));
}

/** Values of fields that are not there now: kept for when they come back. */
export function valuesNotShown(schema: FieldSchema, values: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !isShownIn(schema, values, name)));
}

/** What came and what went by a change, in words; empty if nothing did. */
export function changeWords(schema: FieldSchema, before: JsonObject, after: JsonObject): string {
  const [old, now] = [conditionalsIn(schema, before), conditionalsIn(schema, after)];
  const came = [...now].filter((label) => !old.has(label)).map((label) => `${label} is shown now.`);
  const went = [...old].filter((label) => !now.has(label)).map((label) => `${label} is hidden now.`);
  return [...came, ...went].join(" ");
}

/** The labels of the conditional fields that are there. */
function conditionalsIn(schema: FieldSchema, values: JsonObject): Set<string> {
  const shown = Object.entries(schema.properties ?? {}).filter(([name]) => isShownIn(schema, values, name));
  return new Set(
    shown.flatMap(([name, field]) => {
      const inner = own(values, name);
      const deeper = field.properties && isObject(inner) ? [...conditionalsIn(field, inner)] : [];
      return field["x-showIf"] ? [labelOf(field, name), ...deeper] : deeper;
    }),
  );
}
