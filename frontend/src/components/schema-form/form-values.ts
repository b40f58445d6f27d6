/** What a form holds, and the payload that is made of it. */
import { isObject, own, sameJson } from "@/lib/json";
import type { JsonObject } from "@/types/api";
import type { FieldSchema, UiSchema } from "@/types/form-schema";
import { hintsOf, isHidden } from "./field-kinds";
import { isShownIn } from "./shown-fields";

/** From the payload's root: names, and places in lists. */
export type Path = readonly (string | number)[];

/** Stands where a stored secret is; posted back it keeps the secret. */
export const STORED_SECRET = "$encrypted$";

/** What was typed where it is not yet a value at all, and why. */
export class Unread {
  readonly text: string;
  readonly why: string;

  constructor(text: string, why: string) {
    this.text = text;
    this.why = why;
  }
}

/** How problems name a place; also the id of its element. */
export function attrOf(path: Path): string {
  return ["payload", ...path].join(".");
}

export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, part) => (typeof value === "object" && value !== null ? own(value as JsonObject, String(part)) : undefined), root);
}

/** A copy with `value` at the path; undefined takes a key away. */
export function withValue(root: unknown, path: Path, value: unknown): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  if (typeof part === "number") return (Array.isArray(root) ? (root as unknown[]) : []).map((item, place) => (place === part ? withValue(item, rest, value) : item));
  const old = isObject(root) ? root : {};
  return { ...old, [part]: withValue(own(old, part), rest, value) };
}

/** With the defaults of everything that has none yet, also inside objects and lists: what the fields show. */
export function filledIn(schema: FieldSchema, values: JsonObject): JsonObject {
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => [name, withDefaults(field, own(values, name))] as const);
  return { ...values, ...Object.fromEntries(fields.filter(([, value]) => value !== undefined)) };
}

export function withDefaults(schema: FieldSchema, value: unknown = schema.default): unknown {
  if (schema.properties && (value === undefined || isObject(value))) return filledIn(schema, value ?? {});
  if (schema.items && Array.isArray(value)) return value.map((item) => withDefaults(schema.items ?? {}, item));
  return value;
}

/**
 * What is to be sent, with what is not yet readable in it: fields that are not there now are left out, though their values are
 * kept. A cleared field is null where leaving it out would bring its default back.
 */
export function draftOf(schema: FieldSchema, hints: UiSchema, values: JsonObject): JsonObject {
  const draft = new Map<string, unknown>();
  for (const name of new Set([...Object.keys(schema.properties ?? {}), ...Object.keys(values)])) {
    const field = own(schema.properties, name);
    if (field && (field.readOnly || !isShownIn(schema, values, name))) continue;
    // What is no field stays: it is shown as a problem, not dropped in silence.
    const held = own(values, name);
    const value = field ? given(field, hintsOf(hints, name), held, schema.required?.includes(name) ?? false) : held;
    if (value !== undefined) draft.set(name, value);
    else if (field?.default !== undefined && !isHidden(hints, name)) draft.set(name, null);
  }
  return Object.fromEntries(draft);
}

function given(schema: FieldSchema, hints: UiSchema, value: unknown, required: boolean): unknown {
  if (value instanceof Unread) return value;
  if (schema.properties && isObject(value)) {
    const inner = draftOf(schema, hints, value);
    const optional = !required && schema.default === undefined;
    return optional && isUntouched(schema, inner) ? undefined : inner;
  }
  if (schema.items && Array.isArray(value)) {
    return value.map((item) => given(schema.items ?? {}, hintsOf(hints, "items"), item, true) ?? null);
  }
  return value;
}

/** An object nobody filled in is not given. */
function isUntouched(schema: FieldSchema, inner: JsonObject): boolean {
  return Object.entries(inner).every(([name, value]) => sameJson(value, own(schema.properties, name)?.default));
}

/** Unreadable text goes as the text it is. */
export function payloadOf(draft: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(draft).map(([name, value]) => [name, readable(value)]));
}

function readable(value: unknown): unknown {
  if (value instanceof Unread) return value.text;
  if (Array.isArray(value)) return value.map(readable);
  return isObject(value) ? payloadOf(value) : value;
}
