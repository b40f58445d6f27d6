import { isObject, own, toJson } from "@/lib/json";
import type { JsonObject, Template } from "@/types/api";

export type FieldWords = { name: string; label: string; type: string; rules: string; fallback: string; required: boolean };

/** The payload's fields as rows to read. */
export function fieldsOf(template: Template): FieldWords[] {
  return Object.entries(template.payload_schema ?? {}).map(([name, spec]) => {
    const field = isObject(spec) ? spec : {};
    const fallback = own(template.payload, name);
    return {
      name,
      label: text(field.label),
      type: spec === null ? "anything" : text(field.type),
      rules: rulesOf(field),
      fallback: fallback === undefined ? "" : toJson(fallback),
      required: field.required === true,
    };
  });
}

function rulesOf(field: JsonObject): string {
  const [low, high] = Array.isArray(field.range) ? (field.range as unknown[]) : [field.minValue, field.maxValue];
  const options = Array.isArray(field.options) ? `one of ${field.options.map(optionWord).join(", ")}` : "";
  return [bounds(low, high), options, field.pattern && `matches ${text(field.pattern)}`].filter(Boolean).join("; ");
}

function bounds(low: unknown, high: unknown): string {
  if (isNumber(low) && isNumber(high)) return `${low} to ${high}`;
  if (isNumber(low)) return `${low} or more`;
  return isNumber(high) ? `${high} or less` : "";
}

function optionWord(option: unknown): string {
  return isObject(option) ? text(option.value) : text(option);
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

function text(value: unknown): string {
  return value === undefined || value === null ? "" : typeof value === "string" ? value : toJson(value);
}
