import { describe, expect, it } from "vitest";

import { getOwn, parseJson } from "@/lib/json";
import type { JsonObject, Problem } from "@/types/api";
import type { FieldSchema } from "@/types/form-schema";
// One table of cases for both languages: tests/unit/test_payload_cases.py runs it on the server.
import compiledText from "@tests/shared/payload_cases_compiled.json?raw";
import tableText from "@tests/shared/payload_cases.json?raw";
import { FORMATS } from "./formats";
import { validateForForm, validatePayload } from "./validate-payload";

type Group = { name: string; cases: { value: JsonObject; problems: Problem[] }[] };

const groups = parseJson(tableText) as Group[];
const { schemas, formats } = parseJson(compiledText) as { schemas: Record<string, FieldSchema>; formats: Record<string, string> };

describe("the validation of payloads", () => {
  it.each(groups)("says of $name what the server says", ({ name, cases }) => {
    const validated = cases.map(({ value }) => ({ value, problems: validatePayload(getOwn(schemas, name) ?? {}, value) }));
    expect(validated.map(sorted)).toEqual(cases.map(sorted));
  });

  it("checks formats by the server's regular expressions", () => {
    expect(FORMATS).toEqual(formats);
  });

  it("returns one problem a field for a form", () => {
    const schema: FieldSchema = { type: "object", properties: { code: { type: "string", minLength: 3, pattern: "^x" } } };
    expect(validatePayload(schema, { code: "a" })).toHaveLength(2);
    expect(validateForForm(schema, { code: "a" }).map(({ attr, code }) => [attr, code])).toEqual([["payload.code", "minLength"]]);
  });
});

/** Sorts the problems, because each engine reports the problems of one field in its own order. */
function sorted({ value, problems }: Group["cases"][number]): Group["cases"][number] {
  const key = ({ attr, code }: Problem): string => `${attr ?? ""} ${code}`;
  return { value, problems: [...problems].sort((one, other) => (key(one) < key(other) ? -1 : 1)) };
}
