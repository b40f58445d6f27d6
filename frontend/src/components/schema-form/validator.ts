import { Validator, type Schema } from "@cfworker/json-schema";

import { isObject } from "@/lib/json";
import type { FieldSchema } from "@/types/form-schema";

/** One broken rule: `path` from the root of the data, `keyword` the rule in the schema. */
export type Failure = { path: string[]; keyword: string };

/** Rules that only repeat that something below them is broken. */
const REPEATING = new Set(["properties", "items", "additionalProperties", "allOf", "$ref", "if", "then", "else"]);

/** Interpreted, not compiled: it runs under a `script-src` without `unsafe-eval`, which ajv cannot. */
export function findFailures(schema: FieldSchema, data: unknown): Failure[] {
  const { errors } = new Validator(schema as Schema, "2020-12", false).validate(plain(data));
  return errors
    .filter(({ keyword }) => !REPEATING.has(keyword))
    .map(({ keyword, instanceLocation, error }) => ({ keyword, path: pathOf(instanceLocation, keyword, error) }));
}

/** "#/a/b" is [a, b]. A missing field is reported at its parent; the name stands in the text alone. */
function pathOf(location: string, keyword: string, text: string): string[] {
  const path = location.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const missing = keyword === "required" ? /"([^"]+)"/.exec(text)?.[1] : undefined;
  return missing === undefined ? path : [...path, missing];
}

/** The validator knows no bigint; a rounded number breaks the same rules but for a bound as large as itself. */
function plain(data: unknown): unknown {
  if (typeof data === "bigint") return Number(data);
  if (Array.isArray(data)) return data.map(plain);
  return isObject(data) ? Object.fromEntries(Object.entries(data).map(([name, value]) => [name, plain(value)])) : data;
}
