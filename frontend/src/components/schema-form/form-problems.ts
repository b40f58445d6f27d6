/** Collects the problems of a form's values and decides which of them are visible. */
import { getOwn, isObject, isSameJson } from "@/lib/json";
import type { JsonObject, Problem } from "@/types/api";
import type { FieldSchema } from "@/types/form-schema";
import { getLabel } from "./field-kinds";
import { buildPayload, getValueAt, toAttr, UnreadInput, type Path } from "./form-values";
import { validateForForm } from "./validate/validate-payload";

/** Returns all problems of a draft: unreadable input, and broken rules of the schema. */
export function collectProblems(schema: FieldSchema, draft: JsonObject): Problem[] {
  const unread = collectUnread(draft);
  const invalid = validateForForm(schema, buildPayload(draft));
  return [...unread, ...invalid.filter(({ attr }) => !unread.some((one) => one.attr === attr))];
}

/** Returns a problem for each input that cannot be read as a value. */
function collectUnread(draft: unknown, path: Path = []): Problem[] {
  if (draft instanceof UnreadInput) return [{ code: "format", detail: draft.why, attr: toAttr(path) }];
  if (Array.isArray(draft)) return draft.flatMap((item, index) => collectUnread(item, [...path, index]));
  return isObject(draft) ? Object.entries(draft).flatMap(([name, item]) => collectUnread(item, [...path, name])) : [];
}

/** A field's problem becomes visible when the user leaves the field; a problem without a field is visible at once. */
export function isVisible({ code, attr }: Problem, leftFields: ReadonlySet<string>): boolean {
  return attr === null || code === "unknown_field" || [...leftFields].some((one) => isWithin(attr, one));
}

/** Returns whether `attr` is `outer` or inside it. */
export function isWithin(attr: string | null, outer: string): boolean {
  return attr === outer || (attr?.startsWith(`${outer}.`) ?? false);
}

/** Drops the server's problems of fields that were changed after the form was submitted. */
export function keepCurrentProblems(serverProblems: readonly Problem[], payload: JsonObject, submittedPayload: JsonObject | null): Problem[] {
  return serverProblems.filter(({ attr }) => {
    if (submittedPayload === null || !attr?.startsWith("payload.")) return true;
    const path = parseAttr(attr);
    return isSameJson(getValueAt(payload, path) ?? null, getValueAt(submittedPayload, path) ?? null);
  });
}

/** Returns the label of the field at `attr`, such as "Servers 2: Host"; undefined if the form has no such field. */
export function findLabel(schema: FieldSchema, attr: string): string | undefined {
  if (!attr.startsWith("payload.")) return undefined;
  const words: string[] = [];
  let field: FieldSchema | undefined = schema;
  for (const part of parseAttr(attr)) {
    const child: FieldSchema | undefined = field.items ?? getOwn(field.properties, part);
    if (!child) return undefined;
    if (field.items) words.push(`${words.pop() ?? ""} ${Number(part) + 1}`);
    else words.push(getLabel(child, part));
    field = child;
  }
  return words.join(": ");
}

function parseAttr(attr: string): string[] {
  return attr.split(".").slice(1);
}
