/** The payload as JSON text, and back: secrets are shown as the marker and come back as what was typed. */
import { isObject, own, toJson } from "@/lib/json";
import { problemSentence, readJson } from "@/lib/json-reader";
import type { JsonObject, Problem } from "@/types/api";
import type { FieldSchema } from "@/types/form-schema";
import { isSecret } from "./field-kinds";
import { STORED_SECRET, valueAt, type Path } from "./form-values";

/** A payload, or why the text is none. */
export type ReadPayload = { value: JsonObject; problem?: undefined } | { value?: undefined; problem: Problem };

export function textOf(schema: FieldSchema, payload: JsonObject): string {
  return toJson(withoutSecrets(schema, payload), 2);
}

export function readPayload(schema: FieldSchema, text: string, typed: JsonObject): ReadPayload {
  const { value, problem } = readJson(text);
  if (problem) return refuse(problemSentence(problem));
  if (!isObject(value)) return refuse("The payload is an object in curly brackets");
  return { value: mapSecrets(schema, value, (shown, path) => (shown === STORED_SECRET ? (valueAt(typed, path) ?? shown) : shown)) };
}

export function withoutSecrets(schema: FieldSchema, payload: JsonObject): JsonObject {
  return mapSecrets(schema, payload, () => STORED_SECRET);
}

/** A job's own secrets went with it: they are asked for again, unless the template has one. */
export function askingAgain(schema: FieldSchema, payload: JsonObject): JsonObject {
  return mapSecrets(schema, payload, (value, _path, field) => (value === STORED_SECRET ? field.default : value));
}

function refuse(detail: string): ReadPayload {
  return { problem: { code: "json", detail, attr: "payload" } };
}

function mapSecrets(schema: FieldSchema, payload: JsonObject, change: (value: unknown, path: Path, field: FieldSchema) => unknown, path: Path = []): JsonObject {
  return Object.fromEntries(
    Object.entries(payload).map(([name, value]) => {
      const field = own(schema.properties, name);
      const here = [...path, name];
      if (field && isSecret(field) && value !== null) return [name, change(value, here, field)];
      return [name, field?.properties && isObject(value) ? mapSecrets(field, value, change, here) : value];
    }),
  );
}
