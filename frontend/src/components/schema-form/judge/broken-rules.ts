/** Which rules of its schema a value breaks, by the names the server answers with. */
import { Validator, type Schema } from "@cfworker/json-schema";

import { isObject, own } from "@/lib/json";
import type { JsonObject } from "@/types/api";
import type { FieldSchema } from "@/types/form-schema";
import { valueAt } from "../form-values";
import { keeps } from "./dated";
import { FORMATS } from "./formats";
import { fieldAt, placesIn, type Path } from "./places";

export type Broken = { rule: string; path: Path };

/** Rules that only repeat that something below them is broken. */
const REPEATING = new Set(["properties", "items", "additionalProperties", "allOf", "if"]);
const ABOUT_NUMBERS = new Set(["minimum", "maximum", "multipleOf"]);
const validators = new WeakMap<FieldSchema, Validator>();

export function brokenRules(schema: FieldSchema, payload: JsonObject): Broken[] {
  const { errors } = validatorOf(schema).validate(plain(payload));
  const found = errors
    .filter(({ keyword, keywordLocation }) => !REPEATING.has(keyword) && !keywordLocation.includes("/oneOf/"))
    .map(({ keyword, instanceLocation, error }) => {
      const path = pathOf(instanceLocation, keyword, error);
      return { path, rule: ruleOf(keyword, fieldAt(schema, path)) };
    })
    // Rounded for the validator, such a number is judged exactly below.
    .filter(({ rule, path }) => !(ABOUT_NUMBERS.has(rule) && typeof valueAt(payload, path) === "bigint"));
  return withoutRepetitions([...found, ...ownRules(schema, payload)]);
}

/** Interpreted, not compiled: it runs under a `script-src` without `unsafe-eval`, which ajv cannot. */
function validatorOf(schema: FieldSchema): Validator {
  const known = validators.get(schema);
  if (known) return known;
  const made = new Validator(plain(checked(schema)) as Schema, "2020-12", false);
  validators.set(schema, made);
  return made;
}

/** Formats are checked by our regular expressions, which both sides share. */
function checked(schema: FieldSchema): FieldSchema {
  const { format, pattern: given, ...rules } = schema;
  const pattern = own(FORMATS, format ?? "") ?? (compiles(given) ? given : undefined);
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]): [string, FieldSchema] => [name, checked(field)]);
  return {
    ...rules,
    ...(pattern === undefined ? {} : { pattern }),
    ...(schema.properties ? { properties: Object.fromEntries(fields) } : {}),
    ...(schema.items ? { items: checked(schema.items) } : {}),
  };
}

/** The server's engine may know what this browser's does not: such a pattern is left to the server. */
function compiles(pattern: string | undefined): boolean {
  try {
    return pattern !== undefined && new RegExp(pattern, "u") instanceof RegExp;
  } catch {
    return false;
  }
}

/** The validator knows no bigint. */
function plain(data: unknown): unknown {
  if (typeof data === "bigint") return Number(data);
  if (Array.isArray(data)) return data.map(plain);
  return isObject(data) ? Object.fromEntries(Object.entries(data).map(([name, value]) => [name, plain(value)])) : data;
}

/** "#/a/b" is [a, b]. A missing field is reported at its parent; the name stands in the text alone. */
function pathOf(location: string, keyword: string, text: string): Path {
  const path = location.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const missing = keyword === "required" ? /"([^"]+)"/.exec(text)?.[1] : undefined;
  return missing === undefined ? path : [...path, missing];
}

function ruleOf(keyword: string, field: FieldSchema | undefined): string {
  if (keyword === "false") return field ? "not_used" : "unknown_field";
  if (keyword === "oneOf") return "enum";
  if (keyword === "pattern" && own(FORMATS, field?.format ?? "") !== undefined) return "format";
  return keyword === "const" && field?.readOnly ? "read_only" : keyword;
}

/** What no validator of plain JSON Schema knows. */
function ownRules(schema: FieldSchema, payload: JsonObject): Broken[] {
  const broken: Broken[] = [];
  for (const { path, field, value } of placesIn(schema, payload)) {
    if (!keeps("x-min", field, value)) broken.push({ rule: "minimum", path });
    if (!keeps("x-max", field, value)) broken.push({ rule: "maximum", path });
    if (typeof value === "bigint") broken.push(...numberRules(field, value).map((rule) => ({ rule, path })));
  }
  return broken;
}

function numberRules({ minimum, maximum, multipleOf }: FieldSchema, value: bigint): string[] {
  const rules: string[] = [];
  if (minimum !== undefined && value < minimum) rules.push("minimum");
  if (maximum !== undefined && value > maximum) rules.push("maximum");
  if (multipleOf !== undefined && Number.isInteger(multipleOf) && value % BigInt(multipleOf) !== 0n) rules.push("multipleOf");
  return rules;
}

/** One reason a value is enough: that it is not used, read-only or no option hides what else is wrong. */
function withoutRepetitions(broken: readonly Broken[]): Broken[] {
  const strongest = new Map<string, string>();
  for (const reason of ["enum", "read_only", "not_used"]) {
    for (const { rule, path } of broken) if (rule === reason) strongest.set(path.join("/"), rule);
  }
  const isTold = ({ rule, path }: Broken): boolean =>
    [...path, ""].every((_step, length) => {
      const reason = strongest.get(path.slice(0, length).join("/"));
      const here = length === path.length;
      if (reason === "enum") return !(here && rule === "type");
      return reason === undefined || (here && rule === reason);
    });
  return broken.filter(isTold);
}
