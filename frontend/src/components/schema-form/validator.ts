import { Validator, type Schema } from "@cfworker/json-schema";
import type { RJSFSchema, ValidatorType } from "@rjsf/utils";

/** One broken rule: `path` from the root of the data, `keyword` the rule in the schema. */
export type Failure = { path: string[]; keyword: string };

/** Rules that only repeat that something below them is broken. */
const REPEATING = new Set(["properties", "items", "additionalProperties", "allOf", "$ref", "if", "then", "else"]);

/** Interpreted, not compiled: it runs under a `script-src` without `unsafe-eval`, which ajv cannot. */
export function findFailures(schema: RJSFSchema, data: unknown): Failure[] {
  const { errors } = new Validator(schema as Schema, "2020-12", false).validate(data);
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

/**
 * What react-jsonschema-form needs of a validator to choose between branches of a schema. Errors are found and worded by
 * SchemaForm itself, so the form is told of none here.
 */
export const branchValidator: ValidatorType = {
  isValid: (schema, data: unknown, root) =>
    new Validator({ ...(schema as Schema), ...definitionsOf(root) }, "2020-12", true).validate(data).valid,
  rawValidation: () => ({ errors: [] }),
  validateFormData: () => ({ errors: [], errorSchema: {} }),
};

function definitionsOf(root: RJSFSchema): Pick<Schema, "$defs"> {
  return root.$defs ? { $defs: root.$defs } : {};
}
