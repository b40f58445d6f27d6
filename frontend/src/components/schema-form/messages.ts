import type { FieldSchema } from "@/types/form-schema";

const SHOWN_OPTIONS = 5;

type Broken = { label: string; schema: FieldSchema; value: unknown };

/** The sentence for a broken rule: the same the server would answer, before it is asked. */
export function messageFor(keyword: string, broken: Broken): string {
  return SENTENCES[keyword]?.(broken) ?? `This value is not accepted for ${broken.label}`;
}

const SENTENCES: Record<string, (broken: Broken) => string> = {
  required: ({ label }) => `${label} is required`,
  type: typeSentence,
  minimum: boundsSentence,
  maximum: boundsSentence,
  enum: optionsSentence,
  oneOf: optionsSentence,
  const: optionsSentence,
  multipleOf: ({ schema }) => `Must be a multiple of ${schema.multipleOf}`,
  minLength: ({ schema, value }) => `Use at least ${characters(schema.minLength)} (now ${lengthOf(value)})`,
  maxLength: ({ schema, value }) => `Use at most ${characters(schema.maxLength)} (now ${lengthOf(value)})`,
  minItems: ({ label, schema }) => `Choose at least ${schema.minItems === 1 ? "one" : schema.minItems} for ${label}`,
  maxItems: ({ label, schema }) => `At most ${schema.maxItems} are allowed for ${label}`,
  uniqueItems: ({ label }) => `Each value of ${label} may stand there once`,
  pattern: ({ schema }) => patternMessage(schema) ?? `Does not match ${schema.pattern}`,
  format: ({ schema }) => `Enter a valid ${schema.format}`,
};

function typeSentence({ schema, value, label }: Broken): string {
  if (value === null) return `${label} must not be empty`;
  const kind = [schema.type].flat().find((one) => one !== "null");
  if (kind === "integer" && isDigits(value)) return "This number is too large to be sent exactly";
  if (kind === "integer") return `Enter a whole number${boundWords(schema)}`;
  if (kind === "number") return `Enter a number${boundWords(schema)}`;
  if (kind === "boolean") return "Choose yes or no";
  return kind === "array" ? "Give a list of values" : "Enter a text";
}

function boundsSentence(broken: Broken): string {
  const { minimum, maximum } = broken.schema;
  return minimum !== undefined && maximum !== undefined ? `Must be between ${minimum} and ${maximum}` : typeSentence(broken);
}

function boundWords({ minimum, maximum }: FieldSchema): string {
  if (minimum !== undefined && maximum !== undefined) return ` between ${minimum} and ${maximum}`;
  if (minimum !== undefined) return `, ${minimum} or more`;
  return maximum === undefined ? "" : `, ${maximum} or less`;
}

function optionsSentence({ schema }: Broken): string {
  const offered = (schema.oneOf ?? []).map((one) => (typeof one === "object" ? (one.title ?? one.const) : one));
  const options = (schema.enum ?? offered).filter((option) => option !== null && option !== "No value").map(shown);
  const more = options.length - SHOWN_OPTIONS;
  return `Choose one of: ${options.slice(0, SHOWN_OPTIONS).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function shown(option: unknown): string {
  return typeof option === "string" ? option : JSON.stringify(option);
}

function characters(count: number | undefined): string {
  return count === 1 ? "1 character" : `${count ?? 0} characters`;
}

function lengthOf(value: unknown): number {
  return typeof value === "string" ? Array.from(value).length : 0;
}

function patternMessage(schema: FieldSchema): string | undefined {
  const message: unknown = schema["x-patternMessage"];
  return typeof message === "string" ? message : undefined;
}

function isDigits(value: unknown): boolean {
  return typeof value === "string" && /^-?\d{16,}$/.test(value);
}
