import { getOwn, isObject, toJson } from "@/lib/json";
import type { JsonObject, Template } from "@/types/api";

export type FieldDescription = { name: string; label: string; type: string; rules: string; defaultText: string; required: boolean };

/** Describes the fields of a template's payload as rows of a table. */
export function describeFields(template: Template): FieldDescription[] {
  return Object.entries(template.payload_schema ?? {}).map(([name, spec]) => {
    const field = isObject(spec) ? spec : {};
    const defaultValue = getOwn(template.payload, name);
    return {
      name,
      label: formatValue(field.label),
      type: spec === null ? "anything" : formatValue(field.type),
      rules: describeRules(field),
      defaultText: defaultValue === undefined ? "" : toJson(defaultValue),
      required: field.required === true,
    };
  });
}

function describeRules(field: JsonObject): string {
  const [min, max] = Array.isArray(field.range) ? (field.range as unknown[]) : [field.minValue, field.maxValue];
  const options = Array.isArray(field.options) ? `one of ${field.options.map(formatOption).join(", ")}` : "";
  return [describeBounds(min, max), options, field.pattern && `matches ${formatValue(field.pattern)}`].filter(Boolean).join("; ");
}

function describeBounds(min: unknown, max: unknown): string {
  if (isNumber(min) && isNumber(max)) return `${min} to ${max}`;
  if (isNumber(min)) return `${min} or more`;
  return isNumber(max) ? `${max} or less` : "";
}

function formatOption(option: unknown): string {
  return isObject(option) ? formatValue(option.value) : formatValue(option);
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

function formatValue(value: unknown): string {
  return value === undefined || value === null ? "" : typeof value === "string" ? value : toJson(value);
}
