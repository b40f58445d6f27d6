/** Every sentence about a payload: the server's, word for word. A table of cases that both sides run holds them together. */
import { own, toJson } from "@/lib/json";
import type { JsonObject } from "@/types/api";
import type { FieldSchema } from "@/types/form-schema";
import { fieldsOf } from "../conditions";

const SHOWN_OPTIONS = 5;
const LONGEST_VALUE = 40;

export type Failure = { label: string; field: FieldSchema; value: unknown };

export function labelFrom(name: string): string {
  const words = name.replaceAll("_", " ").trim() || name;
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** The sentence for a broken rule. */
export function explain(rule: string, failure: Failure): string {
  return own(SENTENCES, rule)?.(failure) ?? `This value is not accepted for ${failure.label}`;
}

/** Of a field that is not shown: the values beside it are the reason. */
export function notUsed(name: string, fields: Readonly<Record<string, FieldSchema>>, values: JsonObject): string {
  const condition = own(fields, name)?.["x-showIf"];
  const reasons = [...new Set(condition ? fieldsOf(condition) : [])].map((other) => {
    const value = own(values, other) ?? null;
    const what = value === null ? "not set" : own(fields, other)?.writeOnly ? "set" : shortly(value);
    return `${labelIn(fields, other)} is ${what}`;
  });
  return `${labelIn(fields, name)} is not used when ${reasons.join(" and ")}`;
}

function labelIn(fields: Readonly<Record<string, FieldSchema>>, name: string): string {
  return own(fields, name)?.title ?? labelFrom(name);
}

const SENTENCES: Readonly<Record<string, (failure: Failure) => string>> = {
  required: ({ label }) => `${label} is required`,
  type: typeSentence,
  minimum: boundsSentence,
  maximum: boundsSentence,
  enum: ({ field }) => optionsSentence(field),
  multipleOf: ({ field }) => `Must be a multiple of ${field.multipleOf}`,
  minLength: ({ field, value }) => `Use at least ${characters(field.minLength)} (now ${lengthOf(value)})`,
  maxLength: ({ field, value }) => `Use at most ${characters(field.maxLength)} (now ${lengthOf(value)})`,
  minItems: ({ label, field }) => `${field.uniqueItems ? "Choose" : "Add"} at least ${field.minItems === 1 ? "one" : field.minItems} for ${label}`,
  maxItems: ({ label, field }) => `At most ${field.maxItems} are allowed for ${label}`,
  uniqueItems: ({ label }) => `Each value of ${label} may stand there once`,
  pattern: ({ field }) => patternMessage(field) ?? `Does not match ${field.pattern}`,
  format: ({ field }) => own(FORMAT_SENTENCES, field.format ?? "") ?? `Enter a valid ${field.format}`,
  read_only: ({ label, field }) => `${label} is read-only: leave it out, or send ${shortly(field.const)}`,
};

const FORMAT_SENTENCES: Readonly<Record<string, string>> = {
  date: "Enter a date like 2026-01-31",
  time: "Enter a time like 09:30 or 09:30:00Z",
  "date-time": "Enter a date and time with its zone, like 2026-01-31T09:30:00Z",
  duration: "Enter a duration like PT1H30M, PT90S or P2D",
  email: "Enter a full address, such as ana@example.org",
  uri: "Enter a full address, such as https://example.org/page",
};

function typeSentence({ label, field, value }: Failure): string {
  const wanted = wantedBy(field);
  return value === null ? `${label} must not be empty: ${wanted.slice(0, 1).toLowerCase()}${wanted.slice(1)}` : wanted;
}

function wantedBy(field: FieldSchema): string {
  const sentence = own(FORMAT_SENTENCES, field.format ?? "");
  if (sentence !== undefined) return sentence;
  if (field.enum ?? field.oneOf) return optionsSentence(field);
  switch ([field.type].flat().find((one) => one !== "null")) {
    case "integer":
      return `Enter a whole number${boundWords(field)}`;
    case "number":
      return `Enter a number${boundWords(field)}`;
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

function boundWords({ minimum, maximum }: FieldSchema): string {
  if (minimum !== undefined && maximum !== undefined) return ` between ${minimum} and ${maximum}`;
  if (minimum !== undefined) return `, ${minimum} or more`;
  return maximum === undefined ? "" : `, ${maximum} or less`;
}

function boundsSentence(failure: Failure): string {
  const { minimum, maximum, "x-min": least, "x-max": most, format } = failure.field;
  const [less, more] = format === "duration" ? ["shorter", "longer"] : ["earlier", "later"];
  if (least !== undefined && most !== undefined) return `Must be between ${least} and ${most}`;
  if (least !== undefined) return `Must be ${least} or ${more}`;
  if (most !== undefined) return `Must be ${most} or ${less}`;
  return minimum !== undefined && maximum !== undefined ? `Must be between ${minimum} and ${maximum}` : typeSentence(failure);
}

function optionsSentence(field: FieldSchema): string {
  const offered: readonly unknown[] = field.enum ?? (field.oneOf ?? []).map((one) => one.const);
  const options = offered.filter((option) => option !== null).map(shown);
  const more = options.length - SHOWN_OPTIONS;
  return `Choose one of: ${options.slice(0, SHOWN_OPTIONS).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : toJson(value);
}

function shortly(value: unknown): string {
  const text = Array.from(Array.isArray(value) ? value.map(shown).join(", ") : shown(value));
  if (text.join("").trim() === "") return "empty";
  return text.length <= LONGEST_VALUE ? text.join("") : `${text.slice(0, LONGEST_VALUE - 3).join("")}...`;
}

function characters(count: number | undefined): string {
  return count === 1 ? "1 character" : `${count ?? 0} characters`;
}

function lengthOf(value: unknown): number {
  return typeof value === "string" ? Array.from(value).length : 0;
}

function patternMessage(field: FieldSchema): string | undefined {
  const message: unknown = field["x-patternMessage"];
  return typeof message === "string" ? message : undefined;
}
