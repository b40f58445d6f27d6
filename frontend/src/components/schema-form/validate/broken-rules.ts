/** Finds the rules of the schema that a payload breaks, under the names that the server uses. */
import { Validator, type Schema } from "@cfworker/json-schema";

import { getOwn, isObject } from "@/lib/json";
import type { JsonObject } from "@/types/api";
import type { FieldSchema } from "@/types/form-schema";
import { getValueAt } from "../form-values";
import { isWithinBound } from "./dated";
import { FORMATS } from "./formats";
import { findField, walkPlaces, type Path } from "./places";

export type BrokenRule = { rule: string; path: Path };

/** Keywords that only report that something inside them is broken. */
const REPEATING_KEYWORDS = new Set(["properties", "items", "additionalProperties", "allOf", "if"]);
const NUMBER_RULES = new Set(["minimum", "maximum", "multipleOf"]);
const validators = new WeakMap<FieldSchema, Validator>();

/** Validates the payload by JSON Schema and by our extensions, and returns each broken rule with its path. */
export function findBrokenRules(schema: FieldSchema, payload: JsonObject): BrokenRule[] {
  const { errors } = getValidator(schema).validate(replaceBigints(payload));
  const found = errors
    .filter(({ keyword, keywordLocation }) => !REPEATING_KEYWORDS.has(keyword) && !keywordLocation.includes("/oneOf/"))
    .map(({ keyword, instanceLocation, error }) => {
      const path = parsePath(instanceLocation, keyword, error);
      return { path, rule: nameRule(keyword, findField(schema, path)) };
    })
    // The validator gets large integers rounded; `findBrokenExtensions` checks them exactly.
    .filter(({ rule, path }) => !(NUMBER_RULES.has(rule) && typeof getValueAt(payload, path) === "bigint"));
  return removeRepetitions([...found, ...findBrokenExtensions(schema, payload)]);
}

/** Returns the cached validator of a schema. It interprets the schema, so the CSP needs no `unsafe-eval`, unlike with ajv. */
function getValidator(schema: FieldSchema): Validator {
  const cached = validators.get(schema);
  if (cached) return cached;
  const validator = new Validator(replaceBigints(prepareSchema(schema)) as Schema, "2020-12", false);
  validators.set(schema, validator);
  return validator;
}

/** Replaces each `format` with its regular expression, which is the same on both sides, and drops unusable patterns. */
function prepareSchema(schema: FieldSchema): FieldSchema {
  const { format, pattern: given, ...rules } = schema;
  const pattern = getOwn(FORMATS, format ?? "") ?? (isUsablePattern(given) ? given : undefined);
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]): [string, FieldSchema] => [name, prepareSchema(field)]);
  return {
    ...rules,
    ...(pattern === undefined ? {} : { pattern }),
    ...(schema.properties ? { properties: Object.fromEntries(fields) } : {}),
    ...(schema.items ? { items: prepareSchema(schema.items) } : {}),
  };
}

/** Returns whether this browser can compile the pattern. Only the server checks patterns that it cannot. */
function isUsablePattern(pattern: string | undefined): boolean {
  try {
    return pattern !== undefined && new RegExp(pattern, "u") instanceof RegExp;
  } catch {
    return false;
  }
}

/** Converts bigints to numbers, because the validator does not support bigints. */
function replaceBigints(data: unknown): unknown {
  if (typeof data === "bigint") return Number(data);
  if (Array.isArray(data)) return data.map(replaceBigints);
  return isObject(data) ? Object.fromEntries(Object.entries(data).map(([name, value]) => [name, replaceBigints(value)])) : data;
}

/** Parses "#/a/b" to [a, b]. A missing field is reported at its parent; its name is only in the error text. */
function parsePath(location: string, keyword: string, text: string): Path {
  const path = location.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const missing = keyword === "required" ? /"([^"]+)"/.exec(text)?.[1] : undefined;
  return missing === undefined ? path : [...path, missing];
}

function nameRule(keyword: string, field: FieldSchema | undefined): string {
  if (keyword === "false") return field ? "not_used" : "unknown_field";
  if (keyword === "oneOf") return "enum";
  if (keyword === "pattern" && getOwn(FORMATS, field?.format ?? "") !== undefined) return "format";
  return keyword === "const" && field?.readOnly ? "read_only" : keyword;
}

/** Checks the rules that plain JSON Schema does not have: bounds of dates, and exact bounds of large integers. */
function findBrokenExtensions(schema: FieldSchema, payload: JsonObject): BrokenRule[] {
  const broken: BrokenRule[] = [];
  for (const { path, field, value } of walkPlaces(schema, payload)) {
    if (!isWithinBound("x-min", field, value)) broken.push({ rule: "minimum", path });
    if (!isWithinBound("x-max", field, value)) broken.push({ rule: "maximum", path });
    if (typeof value === "bigint") broken.push(...findBrokenNumberRules(field, value).map((rule) => ({ rule, path })));
  }
  return broken;
}

function findBrokenNumberRules({ minimum, maximum, multipleOf }: FieldSchema, value: bigint): string[] {
  const rules: string[] = [];
  if (minimum !== undefined && value < minimum) rules.push("minimum");
  if (maximum !== undefined && value > maximum) rules.push("maximum");
  if (multipleOf !== undefined && Number.isInteger(multipleOf) && value % BigInt(multipleOf) !== 0n) rules.push("multipleOf");
  return rules;
}

/** Drops problems that follow from another one: a value that is not used, read-only or no option has only that problem. */
function removeRepetitions(broken: readonly BrokenRule[]): BrokenRule[] {
  const strongest = new Map<string, string>();
  for (const reason of ["enum", "read_only", "not_used"]) {
    for (const { rule, path } of broken) if (rule === reason) strongest.set(path.join("/"), rule);
  }
  const isKept = ({ rule, path }: BrokenRule): boolean =>
    [...path, ""].every((_step, length) => {
      const reason = strongest.get(path.slice(0, length).join("/"));
      const here = length === path.length;
      if (reason === "enum") return !(here && rule === "type");
      return reason === undefined || (here && rule === reason);
    });
  return broken.filter(isKept);
}
