/** The values of a form, and the payload that is made from them. */
import { getOwn, isObject, isSameJson } from "@/lib/json";
import type { JsonObject } from "@/types/api";
import type { FieldSchema, UiSchema } from "@/types/form-schema";
import { getHints, isHidden } from "./field-kinds";
import { isShown } from "./shown-fields";

/** The path of a value from the payload's root: names of fields and indexes of lists. */
export type Path = readonly (string | number)[];

/** The marker in place of a stored secret. A payload with the marker keeps the secret. */
export const STORED_SECRET = "$encrypted$";

/** Input that cannot be read as a value, and the reason. */
export class UnreadInput {
  readonly text: string;
  readonly why: string;

  constructor(text: string, why: string) {
    this.text = text;
    this.why = why;
  }
}

/** Returns the path as problems name it: "payload.servers.2". It is also the id of the field's element. */
export function toAttr(path: Path): string {
  return ["payload", ...path].join(".");
}

/** Returns the value at a path; undefined if there is none. */
export function getValueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, part) => (typeof value === "object" && value !== null ? getOwn(value as JsonObject, String(part)) : undefined), root);
}

/** Returns a copy with `value` at the path; undefined removes the key. */
export function replaceValueAt(root: unknown, path: Path, value: unknown): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  if (typeof part === "number") return (Array.isArray(root) ? (root as unknown[]) : []).map((item, index) => (index === part ? replaceValueAt(item, rest, value) : item));
  const old = isObject(root) ? root : {};
  return { ...old, [part]: replaceValueAt(getOwn(old, part), rest, value) };
}

/** Fills in the defaults of fields without a value, also inside objects and lists. The fields show the result. */
export function fillDefaults(schema: FieldSchema, values: JsonObject): JsonObject {
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => [name, fillValueDefaults(field, getOwn(values, name))] as const);
  return { ...values, ...Object.fromEntries(fields.filter(([, value]) => value !== undefined)) };
}

/** Fills in the defaults inside one value. */
export function fillValueDefaults(schema: FieldSchema, value: unknown = schema.default): unknown {
  if (schema.properties && (value === undefined || isObject(value))) return fillDefaults(schema, value ?? {});
  if (schema.items && Array.isArray(value)) return value.map((item) => fillValueDefaults(schema.items ?? {}, item));
  return value;
}

/**
 * Builds the object to send, which may still contain unreadable input. Hidden fields are left out. A cleared field is null
 * if leaving it out would bring its default back.
 */
export function buildDraft(schema: FieldSchema, hints: UiSchema, values: JsonObject): JsonObject {
  const draft = new Map<string, unknown>();
  for (const name of new Set([...Object.keys(schema.properties ?? {}), ...Object.keys(values)])) {
    const field = getOwn(schema.properties, name);
    if (field && (field.readOnly || !isShown(schema, values, name))) continue;
    // Unknown keys stay: they are shown as problems instead of being dropped silently.
    const current = getOwn(values, name);
    const value = field ? buildDraftValue(field, getHints(hints, name), current, schema.required?.includes(name) ?? false) : current;
    if (value !== undefined) draft.set(name, value);
    else if (field?.default !== undefined && !isHidden(hints, name)) draft.set(name, null);
  }
  return Object.fromEntries(draft);
}

function buildDraftValue(schema: FieldSchema, hints: UiSchema, value: unknown, required: boolean): unknown {
  if (value instanceof UnreadInput) return value;
  if (schema.properties && isObject(value)) {
    const inner = buildDraft(schema, hints, value);
    const optional = !required && schema.default === undefined;
    return optional && isUntouched(schema, inner) ? undefined : inner;
  }
  if (schema.items && Array.isArray(value)) {
    return value.map((item) => buildDraftValue(schema.items ?? {}, getHints(hints, "items"), item, true) ?? null);
  }
  return value;
}

/** Returns whether every field of an object has its default: the user has not filled it in. */
function isUntouched(schema: FieldSchema, inner: JsonObject): boolean {
  return Object.entries(inner).every(([name, value]) => isSameJson(value, getOwn(schema.properties, name)?.default));
}

/** Builds the payload from a draft. Unreadable input becomes its text. */
export function buildPayload(draft: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(draft).map(([name, value]) => [name, toPayloadValue(value)]));
}

function toPayloadValue(value: unknown): unknown {
  if (value instanceof UnreadInput) return value.text;
  if (Array.isArray(value)) return value.map(toPayloadValue);
  return isObject(value) ? buildPayload(value) : value;
}
