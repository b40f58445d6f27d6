/** Chooses the kind of control for a field's schema, and lists its options. */
import { getOwn, isObject, isSameJson, toJson } from "@/lib/json";
import type { FieldHints, FieldSchema, UiSchema } from "@/types/form-schema";

export type FieldKind =
  | "text"
  | "textarea"
  | "secret"
  | "whole"
  | "decimal"
  | "slider"
  | "switch"
  | "checkbox"
  | "yesno"
  | "radios"
  | "select"
  | "combobox"
  | "checkboxes"
  | "tags"
  | "date"
  | "time"
  | "datetime"
  | "duration"
  | "json"
  | "object"
  | "list";

/** The kinds that are rendered as one control. */
export type ControlKind = Exclude<FieldKind, "object" | "list">;

export type Option = { key: string; label: string; value: unknown };

const MAX_RADIOS = 5;
const MAX_SELECT_OPTIONS = 15;
const BY_FORMAT: Record<string, FieldKind> = { password: "secret", date: "date", time: "time", "date-time": "datetime", duration: "duration" };
const BY_TYPE: Record<string, FieldKind> = { integer: "whole", number: "decimal", object: "object", array: "list", string: "text" };
/** The widgets that an author may request, by their names in the payload_schema language. */
const BY_WIDGET: Record<string, FieldKind> = { radio: "radios", select: "select", checkboxes: "checkboxes", combobox: "combobox" };

/** Returns the kind of control for a field. */
export function chooseKind(schema: FieldSchema, hints: FieldHints, required: boolean): FieldKind {
  const type = getType(schema);
  const widget = hints["ui:widget"];
  if (isChoice(schema)) return chooseChoiceKind(schema, widget);
  if (type === "boolean") return chooseBooleanKind(schema, widget, required);
  if (type === "string" && widget === "textarea") return "textarea";
  if (widget === "slider" && schema.minimum !== undefined && schema.maximum !== undefined) return "slider";
  return getOwn(BY_FORMAT, schema.format ?? "") ?? getOwn(BY_TYPE, type ?? "") ?? "json";
}

/** A switch cannot show the difference between false and not set: where it matters, the user chooses yes or no. */
function chooseBooleanKind(schema: FieldSchema, widget: string | undefined, required: boolean): FieldKind {
  if (widget === "radio" || widget === "select" || isNullable(schema)) return "yesno";
  return required && schema.default === undefined ? "yesno" : widget === "checkbox" ? "checkbox" : "switch";
}

function chooseChoiceKind(schema: FieldSchema, widget: string | undefined): FieldKind {
  const count = listOptions(schema).length;
  if (getType(schema) === "array") return !allowsOther(schema) && (widget === "checkboxes" || count <= MAX_SELECT_OPTIONS) ? "checkboxes" : "tags";
  if (allowsOther(schema)) return "combobox";
  const requested = getOwn(BY_WIDGET, widget ?? "");
  return requested ?? (count <= MAX_RADIOS ? "radios" : count <= MAX_SELECT_OPTIONS ? "select" : "combobox");
}

/** Returns whether the user chooses one or several of the options. A list whose items have options is no choice. */
function isChoice(schema: FieldSchema): boolean {
  if (getType(schema) === "array") return schema["x-type"] === "options" || (schema["x-type"] !== "array" && schema.uniqueItems === true && hasOptions(schema.items));
  return hasOptions(schema);
}

function hasOptions(schema: FieldSchema | undefined): boolean {
  return (schema?.enum ?? schema?.oneOf ?? schema?.examples) !== undefined;
}

/** Returns whether values other than the options are allowed. */
export function allowsOther(schema: FieldSchema): boolean {
  const part = schema.items ?? schema;
  return part.enum === undefined && part.oneOf === undefined;
}

/** Lists the options. Keys are indexes, because 1 and "1" are different options. Null is not listed: it has its own box. */
export function listOptions(schema: FieldSchema): Option[] {
  const part = schema.items ?? schema;
  const labelled = part.oneOf?.map((one) => ({ value: one.const, label: one.title ?? formatValue(one.const) }));
  const words = part["x-labels"] ?? [];
  const plain = (part.enum ?? part.examples ?? []).map((value, index) => ({ value, label: words[index] ?? formatValue(value) }));
  const options = labelled ?? plain;
  return options.filter(({ value }) => value !== null).map((option, index) => ({ ...option, key: String(index) }));
}

/** Lists the options and the chosen values that are not (or no longer) offered, so that users can see and remove them. */
export function listOptionsAndChosen(schema: FieldSchema, chosen: readonly unknown[]): Option[] {
  const offered = listOptions(schema);
  const notOffered = chosen.filter((value) => value !== null && value !== undefined && !offered.some((option) => isSameJson(option.value, value)));
  return [...offered, ...notOffered.map((value, index) => ({ key: `other-${index}`, label: `${formatValue(value)} (not offered)`, value }))];
}

function formatValue(value: unknown): string {
  return typeof value === "string" ? value : toJson(value);
}

/** Returns the JSON type of a field; for a nullable field the other type. */
export function getType(schema: FieldSchema): string | undefined {
  return [schema.type].flat().find((type) => type !== "null");
}

export function isNullable(schema: FieldSchema): boolean {
  return [schema.type].flat().includes("null");
}

export function isSecret(schema: FieldSchema): boolean {
  return schema.format === "password";
}

export function getLabel(schema: FieldSchema, name: string): string {
  return schema.title ?? name;
}

/** Returns the layout options of a child field. */
export function getHints(hints: UiSchema | FieldHints, name: string): FieldHints {
  const found = getOwn(hints, name);
  return isObject(found) ? found : {};
}

export function isHidden(hints: UiSchema | FieldHints, name: string): boolean {
  return getHints(hints, name)["ui:widget"] === "hidden";
}

/** Returns the names of an object's fields in the author's order, without hidden ones. */
export function listFieldNames(schema: FieldSchema, hints: UiSchema | FieldHints): string[] {
  const names = Object.keys(schema.properties ?? {});
  const first = (hints["ui:order"] ?? []).filter((name) => names.includes(name));
  return [...first, ...names.filter((name) => !first.includes(name))].filter((name) => !isHidden(hints, name));
}
