/** Whether a field is there, and whether it must be filled in, by what stands beside it. */
import { own, sameJson } from "@/lib/json";
import type { JsonObject } from "@/types/api";
import type { Condition, FieldSchema } from "@/types/form-schema";

/** On a field with several values: one of them. */
export function holds(condition: Condition, siblings: JsonObject): boolean {
  if ("all" in condition) return condition.all.every((one) => holds(one, siblings));
  if ("any" in condition) return condition.any.some((one) => holds(one, siblings));
  if ("not" in condition) return !holds(condition.not, siblings);
  const value = own(siblings, condition.field);
  if ("isSet" in condition) return (value !== undefined && value !== null) === condition.isSet;
  const wanted = "in" in condition ? condition.in : [condition.equals];
  const given: unknown[] = Array.isArray(value) ? value : [value];
  return value !== undefined && given.some((one) => wanted.some((other) => sameJson(one, other)));
}

export function isRequired(schema: FieldSchema, name: string, siblings: JsonObject): boolean {
  if (schema.required?.includes(name)) return true;
  const field = own(schema.properties, name);
  return (schema.allOf ?? []).some((rule) => {
    const condition = rule.else ? field?.["x-showIf"] : field?.["x-requiredIf"];
    return (rule.then?.required?.includes(name) ?? false) && condition !== undefined && holds(condition, siblings);
  });
}

/** The fields it speaks of, as they come. */
export function fieldsOf(condition: Condition): string[] {
  if ("all" in condition) return condition.all.flatMap(fieldsOf);
  if ("any" in condition) return condition.any.flatMap(fieldsOf);
  return "not" in condition ? fieldsOf(condition.not) : [condition.field];
}
