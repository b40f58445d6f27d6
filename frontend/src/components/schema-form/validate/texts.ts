/** The sentences of all problems, equal to those in foundation/json_schema/texts.py. */
import { getOwn, toJson } from "@/lib/json";
import type { JsonObject } from "@/types/api";
import type { FieldSchema } from "@/types/form-schema";
import { listConditionFields } from "../conditions";

const MAX_SHOWN_OPTIONS = 5;
const MAX_VALUE_LENGTH = 40;

export type Failure = { label: string; field: FieldSchema; value: unknown };

/** Makes a label of a field's name: user_id is "User id". */
export function makeLabel(name: string): string {
  const words = name.replaceAll("_", " ").trim() || name;
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** Returns the sentence for a broken rule. */
export function describeFailure(rule: string, failure: Failure): string {
  return getOwn(SENTENCES, rule)?.(failure) ?? `This value is not accepted for ${failure.label}`;
}

/** Returns the sentence for a value of a hidden field. It names the values of the fields that hide it. */
export function describeNotUsed(name: string, fields: Readonly<Record<string, FieldSchema>>, values: JsonObject): string {
  const condition = getOwn(fields, name)?.["x-showIf"];
  const reasons = [...new Set(condition ? listConditionFields(condition) : [])].map((other) => {
    const value = getOwn(values, other) ?? null;
    const what = value === null ? "not set" : getOwn(fields, other)?.writeOnly ? "set" : formatShortValue(value);
    return `${getFieldLabel(fields, other)} is ${what}`;
  });
  return `${getFieldLabel(fields, name)} is not used when ${reasons.join(" and ")}`;
}

function getFieldLabel(fields: Readonly<Record<string, FieldSchema>>, name: string): string {
  return getOwn(fields, name)?.title ?? makeLabel(name);
}

const SENTENCES: Readonly<Record<string, (failure: Failure) => string>> = {
  required: ({ label }) => `${label} is required`,
  type: describeType,
  minimum: describeBrokenBounds,
  maximum: describeBrokenBounds,
  enum: ({ field }) => describeOptions(field),
  multipleOf: ({ field }) => `Must be a multiple of ${field.multipleOf}`,
  minLength: ({ field, value }) => `Use at least ${formatCharacterCount(field.minLength)} (now ${countCharacters(value)})`,
  maxLength: ({ field, value }) => `Use at most ${formatCharacterCount(field.maxLength)} (now ${countCharacters(value)})`,
  minItems: ({ label, field }) => `${field.uniqueItems ? "Choose" : "Add"} at least ${field.minItems === 1 ? "one" : field.minItems} for ${label}`,
  maxItems: ({ label, field }) => `At most ${field.maxItems} are allowed for ${label}`,
  uniqueItems: ({ label }) => `Each value of ${label} may stand there once`,
  pattern: ({ field }) => getPatternMessage(field) ?? `Does not match ${field.pattern}`,
  format: ({ field }) => getOwn(FORMAT_SENTENCES, field.format ?? "") ?? `Enter a valid ${field.format}`,
  read_only: ({ label, field }) => `${label} is read-only: leave it out, or send ${formatShortValue(field.const)}`,
};

const FORMAT_SENTENCES: Readonly<Record<string, string>> = {
  date: "Enter a date like 2026-01-31",
  time: "Enter a time like 09:30 or 09:30:00Z",
  "date-time": "Enter a date and time with its zone, like 2026-01-31T09:30:00Z",
  duration: "Enter a duration like PT1H30M, PT90S or P2D",
  email: "Enter a full address, such as ana@example.org",
  uri: "Enter a full address, such as https://example.org/page",
};

function describeType({ label, field, value }: Failure): string {
  const expected = describeExpectedValue(field);
  return value === null ? `${label} must not be empty: ${expected.slice(0, 1).toLowerCase()}${expected.slice(1)}` : expected;
}

function describeExpectedValue(field: FieldSchema): string {
  const sentence = getOwn(FORMAT_SENTENCES, field.format ?? "");
  if (sentence !== undefined) return sentence;
  if (field.enum ?? field.oneOf) return describeOptions(field);
  switch ([field.type].flat().find((one) => one !== "null")) {
    case "integer":
      return `Enter a whole number${describeBounds(field)}`;
    case "number":
      return `Enter a number${describeBounds(field)}`;
    case "string":
      return "Enter a text";
    case "boolean":
      return "Choose yes or no";
    case "array":
      return "Give a list of values";
    case "object":
      return "Give an object with fields";
    default:
      return "This kind of value is not accepted";
  }
}

function describeBounds({ minimum, maximum }: FieldSchema): string {
  if (minimum !== undefined && maximum !== undefined) return ` between ${minimum} and ${maximum}`;
  if (minimum !== undefined) return `, ${minimum} or more`;
  return maximum === undefined ? "" : `, ${maximum} or less`;
}

function describeBrokenBounds(failure: Failure): string {
  const { minimum, maximum, "x-min": min, "x-max": max, format } = failure.field;
  const [earlierWord, laterWord] = format === "duration" ? ["shorter", "longer"] : ["earlier", "later"];
  if (min !== undefined && max !== undefined) return `Must be between ${min} and ${max}`;
  if (min !== undefined) return `Must be ${min} or ${laterWord}`;
  if (max !== undefined) return `Must be ${max} or ${earlierWord}`;
  return minimum !== undefined && maximum !== undefined ? `Must be between ${minimum} and ${maximum}` : describeType(failure);
}

function describeOptions(field: FieldSchema): string {
  const offered: readonly unknown[] = field.enum ?? (field.oneOf ?? []).map((one) => one.const);
  const options = offered.filter((option) => option !== null).map(formatValue);
  const more = options.length - MAX_SHOWN_OPTIONS;
  return `Choose one of: ${options.slice(0, MAX_SHOWN_OPTIONS).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function formatValue(value: unknown): string {
  return typeof value === "string" ? value : toJson(value);
}

function formatShortValue(value: unknown): string {
  const text = Array.from(Array.isArray(value) ? value.map(formatValue).join(", ") : formatValue(value));
  if (text.join("").trim() === "") return "empty";
  return text.length <= MAX_VALUE_LENGTH ? text.join("") : `${text.slice(0, MAX_VALUE_LENGTH - 3).join("")}...`;
}

function formatCharacterCount(count: number | undefined): string {
  return count === 1 ? "1 character" : `${count ?? 0} characters`;
}

function countCharacters(value: unknown): number {
  return typeof value === "string" ? Array.from(value).length : 0;
}

function getPatternMessage(field: FieldSchema): string | undefined {
  const message: unknown = field["x-patternMessage"];
  return typeof message === "string" ? message : undefined;
}
