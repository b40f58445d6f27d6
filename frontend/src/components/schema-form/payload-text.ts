/** Converts a payload to JSON text and back. The text has the marker instead of each secret; parsing restores the secrets. */
import { getOwn, isObject, toJson } from "@/lib/json";
import { formatJsonProblem, readJson } from "@/lib/json-reader";
import type { JsonObject, Problem } from "@/types/api";
import type { FieldSchema } from "@/types/form-schema";
import { isSecret } from "./field-kinds";
import { getValueAt, STORED_SECRET, type Path } from "./form-values";

/** The parsed payload, or the problem that kept the text from being parsed. */
export type ParsedPayload = { value: JsonObject; problem?: undefined } | { value?: undefined; problem: Problem };

/** Writes a payload as JSON with masked secrets. */
export function formatPayload(schema: FieldSchema, payload: JsonObject): string {
  return toJson(maskSecrets(schema, payload), 2);
}

/** Parses the text. A marker becomes the secret that `enteredPayload` has at the same path. */
export function parsePayload(schema: FieldSchema, text: string, enteredPayload: JsonObject): ParsedPayload {
  const { value, problem } = readJson(text);
  if (problem) return makeProblem(formatJsonProblem(problem));
  if (!isObject(value)) return makeProblem("The payload is an object in curly brackets");
  return { value: mapSecrets(schema, value, (shown, path) => (shown === STORED_SECRET ? (getValueAt(enteredPayload, path) ?? shown) : shown)) };
}

/** Replaces every secret with the marker. */
export function maskSecrets(schema: FieldSchema, payload: JsonObject): JsonObject {
  return mapSecrets(schema, payload, () => STORED_SECRET);
}

/** Replaces markers with the template's default: the secrets of an old job are not available, so users enter them again. */
export function clearStoredSecrets(schema: FieldSchema, payload: JsonObject): JsonObject {
  return mapSecrets(schema, payload, (value, _path, field) => (value === STORED_SECRET ? field.default : value));
}

function makeProblem(detail: string): ParsedPayload {
  return { problem: { code: "json", detail, attr: "payload" } };
}

function mapSecrets(schema: FieldSchema, payload: JsonObject, change: (value: unknown, path: Path, field: FieldSchema) => unknown, path: Path = []): JsonObject {
  return Object.fromEntries(
    Object.entries(payload).map(([name, value]) => {
      const field = getOwn(schema.properties, name);
      const here = [...path, name];
      if (field && isSecret(field) && value !== null) return [name, change(value, here, field)];
      return [name, field?.properties && isObject(value) ? mapSecrets(field, value, change, here) : value];
    }),
  );
}
