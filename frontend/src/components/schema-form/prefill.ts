/** Values for a form from elsewhere: an address (`?p.user_id=5`) or another job's payload. */
import { own } from "@/lib/json";
import { readJson } from "@/lib/json-reader";
import type { JsonObject } from "@/types/api";
import type { FieldSchema } from "@/types/form-schema";
import { isNullable, isSecret, kindOf, optionsOf } from "./field-kinds";
import { askingAgain } from "./payload-text";
import { readDuration } from "./widgets/durations";
import { readNumber } from "./widgets/numbers";

const PREFIX = "p.";

/** Undefined if the address names no values. What cannot be read stays text, for its field to show what is wrong with it. */
export function valuesFromAddress(schema: FieldSchema, params: URLSearchParams): JsonObject | undefined {
  const names = [...new Set(params.keys())].filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length));
  const values = names.filter(isNamed).map((name) => {
    const field = own(schema.properties, name);
    const texts = params.getAll(PREFIX + name);
    return [name, field ? typed(field, texts) : texts[0]] as const;
  });
  // A secret in an address stands in histories and logs: it is not taken from there.
  const taken = values.filter(([name]) => !isSecret(own(schema.properties, name) ?? {}));
  return taken.length > 0 ? Object.fromEntries(taken) : undefined;
}

/** An old payload as far as it was kept: fields that the server fills are left to it. */
export function valuesFromPayload(schema: FieldSchema, payload: JsonObject): JsonObject {
  const open = Object.entries(askingAgain(schema, payload)).filter(([name]) => own(schema.properties, name)?.readOnly !== true);
  return Object.fromEntries(open.filter(([, value]) => value !== undefined));
}

function isNamed(name: string): boolean {
  return name !== "" && name !== "__proto__";
}

function typed(schema: FieldSchema, texts: string[]): unknown {
  const [text = ""] = texts;
  const kind = kindOf(schema, {}, false);
  if (kind === "checkboxes" || kind === "tags") return texts.map((one) => option(schema, one));
  if (text === "null" && isNullable(schema)) return null;
  if (kind === "whole" || kind === "decimal" || kind === "slider") return readNumber(text);
  if (kind === "switch" || kind === "checkbox" || kind === "yesno") return text === "true" || (text === "false" ? false : text);
  if (kind === "radios" || kind === "select" || kind === "combobox") return option(schema, text);
  if (kind === "duration") return readDuration(text);
  if (kind === "json" || kind === "object" || kind === "list") return jsonOrText(text);
  return text === "" ? undefined : text;
}

function option(schema: FieldSchema, text: string): unknown {
  const found = optionsOf(schema).find(({ value }) => String(value) === text);
  return found ? found.value : text;
}

function jsonOrText(text: string): unknown {
  const { value, problem } = readJson(text);
  return problem ? text : value;
}
