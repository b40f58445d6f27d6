/** What is wrong with what a form holds, and how much of it is told. */
import { isObject, own, sameJson } from "@/lib/json";
import type { JsonObject, Problem } from "@/types/api";
import type { FieldSchema } from "@/types/form-schema";
import { labelOf } from "./field-kinds";
import { attrOf, payloadOf, Unread, valueAt, type Path } from "./form-values";
import { problemsOf } from "./judge/problems";

export function problemsIn(schema: FieldSchema, draft: JsonObject): Problem[] {
  const unread = unreadIn(draft);
  const judged = problemsOf(schema, payloadOf(draft));
  return [...unread, ...judged.filter(({ attr }) => !unread.some((one) => one.attr === attr))];
}

/** Everything typed that is no value yet. */
function unreadIn(draft: unknown, path: Path = []): Problem[] {
  if (draft instanceof Unread) return [{ code: "format", detail: draft.why, attr: attrOf(path) }];
  if (Array.isArray(draft)) return draft.flatMap((item, place) => unreadIn(item, [...path, place]));
  return isObject(draft) ? Object.entries(draft).flatMap(([name, item]) => unreadIn(item, [...path, name])) : [];
}

/** A field's problem is told once the field was left with it; what belongs to no field is told at once. */
export function isTold({ code, attr }: Problem, left: ReadonlySet<string>): boolean {
  return attr === null || code === "unknown_field" || [...left].some((one) => isWithin(attr, one));
}

/** Whether a problem at `attr` belongs to what stands at `outer`. */
export function isWithin(attr: string | null, outer: string): boolean {
  return attr === outer || (attr?.startsWith(`${outer}.`) ?? false);
}

/** The server judged what was sent; a field changed since then is not what it spoke of. */
export function answeredNow(answered: readonly Problem[], payload: JsonObject, sent: JsonObject | null): Problem[] {
  return answered.filter(({ attr }) => {
    if (sent === null || !attr?.startsWith("payload.")) return true;
    const path = pathIn(attr);
    return sameJson(valueAt(payload, path) ?? null, valueAt(sent, path) ?? null);
  });
}

/** What people call the place at `attr`: "Servers 2: Host". Undefined where the form has no such place. */
export function labelAt(schema: FieldSchema, attr: string): string | undefined {
  if (!attr.startsWith("payload.")) return undefined;
  const words: string[] = [];
  let field: FieldSchema | undefined = schema;
  for (const part of pathIn(attr)) {
    const child: FieldSchema | undefined = field.items ?? own(field.properties, part);
    if (!child) return undefined;
    if (field.items) words.push(`${words.pop() ?? ""} ${Number(part) + 1}`);
    else words.push(labelOf(child, part));
    field = child;
  }
  return words.join(": ");
}

function pathIn(attr: string): string[] {
  return attr.split(".").slice(1);
}
