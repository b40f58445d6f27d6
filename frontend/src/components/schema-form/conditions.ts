/** Evaluates the conditions under which a field is shown or required, on the values of its siblings. */
import { getOwn, isSameJson } from "@/lib/json";
import type { JsonObject } from "@/types/api";
import type { Condition, FieldSchema } from "@/types/form-schema";

/** Returns whether a condition is met. On a field with several values, one of them is enough. */
export function isConditionMet(condition: Condition, siblings: JsonObject): boolean {
  if ("all" in condition) return condition.all.every((one) => isConditionMet(one, siblings));
  if ("any" in condition) return condition.any.some((one) => isConditionMet(one, siblings));
  if ("not" in condition) return !isConditionMet(condition.not, siblings);
  const value = getOwn(siblings, condition.field);
  if ("isSet" in condition) return (value !== undefined && value !== null) === condition.isSet;
  const accepted = "in" in condition ? condition.in : [condition.equals];
  const candidates: unknown[] = Array.isArray(value) ? value : [value];
  return value !== undefined && candidates.some((one) => accepted.some((other) => isSameJson(one, other)));
}

/** Returns whether a field of an object must be filled in, given the values of its siblings. */
export function isRequired(schema: FieldSchema, name: string, siblings: JsonObject): boolean {
  if (schema.required?.includes(name)) return true;
  const field = getOwn(schema.properties, name);
  return (schema.allOf ?? []).some((rule) => {
    const condition = rule.else ? field?.["x-showIf"] : field?.["x-requiredIf"];
    return (rule.then?.required?.includes(name) ?? false) && condition !== undefined && isConditionMet(condition, siblings);
  });
}

/** Returns the names of the fields that a condition depends on. */
export function listConditionFields(condition: Condition): string[] {
  if ("all" in condition) return condition.all.flatMap(listConditionFields);
  if ("any" in condition) return condition.any.flatMap(listConditionFields);
  return "not" in condition ? listConditionFields(condition.not) : [condition.field];
}
