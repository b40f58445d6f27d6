/** Reads the start values of a form from an address (`?p.user_id=5`) or from another job's payload. */
import { getOwn } from "@/lib/json";
import { readJson } from "@/lib/json-reader";
import type { JsonObject } from "@/types/api";
import type { FieldSchema } from "@/types/form-schema";
import { chooseKind, isNullable, isSecret, listOptions } from "./field-kinds";
import { clearStoredSecrets } from "./payload-text";
import { parseDuration } from "./widgets/durations";
import { parseNumber } from "./widgets/numbers";

const PREFIX = "p.";

/** Reads the values in an address; undefined if it has none. Unreadable values stay text, which their field reports. */
export function readAddressValues(schema: FieldSchema, params: URLSearchParams): JsonObject | undefined {
  const names = [...new Set(params.keys())].filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length));
  const values = names.filter(isValidName).map((name) => {
    const field = getOwn(schema.properties, name);
    const texts = params.getAll(PREFIX + name);
    return [name, field ? parseField(field, texts) : texts[0]] as const;
  });
  // Addresses are stored in histories and logs, so secrets are not read from them.
  const taken = values.filter(([name]) => !isSecret(getOwn(schema.properties, name) ?? {}));
  return taken.length > 0 ? Object.fromEntries(taken) : undefined;
}

/** Reads the values of an old payload, without read-only fields, which the server fills, and without stored secrets. */
export function readPayloadValues(schema: FieldSchema, payload: JsonObject): JsonObject {
  const open = Object.entries(clearStoredSecrets(schema, payload)).filter(([name]) => getOwn(schema.properties, name)?.readOnly !== true);
  return Object.fromEntries(open.filter(([, value]) => value !== undefined));
}

function isValidName(name: string): boolean {
  return name !== "" && name !== "__proto__";
}

function parseField(schema: FieldSchema, texts: string[]): unknown {
  const [text = ""] = texts;
  const kind = chooseKind(schema, {}, false);
  if (kind === "checkboxes" || kind === "tags") return texts.map((one) => findOption(schema, one));
  if (text === "null" && isNullable(schema)) return null;
  if (kind === "whole" || kind === "decimal" || kind === "slider") return parseNumber(text);
  if (kind === "switch" || kind === "checkbox" || kind === "yesno") return text === "true" || (text === "false" ? false : text);
  if (kind === "radios" || kind === "select" || kind === "combobox") return findOption(schema, text);
  if (kind === "duration") return parseDuration(text);
  if (kind === "json" || kind === "object" || kind === "list") return parseJsonOrText(text);
  return text === "" ? undefined : text;
}

function findOption(schema: FieldSchema, text: string): unknown {
  const found = listOptions(schema).find(({ value }) => String(value) === text);
  return found ? found.value : text;
}

function parseJsonOrText(text: string): unknown {
  const { value, problem } = readJson(text);
  return problem ? text : value;
}
