/** Reads a field's schema: which kind of control it needs and what there is to choose. */
import { isObject, own, sameJson, toJson } from "@/lib/json";
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

/** Those drawn as one control. */
export type ControlKind = Exclude<FieldKind, "object" | "list">;

export type Option = { key: string; label: string; value: unknown };

const RADIOS_UP_TO = 5;
const SELECT_UP_TO = 15;
const BY_FORMAT: Record<string, FieldKind> = { password: "secret", date: "date", time: "time", "date-time": "datetime", duration: "duration" };
const BY_TYPE: Record<string, FieldKind> = { integer: "whole", number: "decimal", object: "object", array: "list", string: "text" };
/** What an author may ask for, by the names of the payload_schema language. */
const ASKED: Record<string, FieldKind> = { radio: "radios", select: "select", checkboxes: "checkboxes", combobox: "combobox" };

export function kindOf(schema: FieldSchema, hints: FieldHints, required: boolean): FieldKind {
  const type = typeOf(schema);
  const widget = hints["ui:widget"];
  if (isChoice(schema)) return choiceKind(schema, widget);
  if (type === "boolean") return booleanKind(schema, widget, required);
  if (type === "string" && widget === "textarea") return "textarea";
  if (widget === "slider" && schema.minimum !== undefined && schema.maximum !== undefined) return "slider";
  return own(BY_FORMAT, schema.format ?? "") ?? own(BY_TYPE, type ?? "") ?? "json";
}

/** Off and not answered look alike on a switch: where that differs, it is asked. */
function booleanKind(schema: FieldSchema, widget: string | undefined, required: boolean): FieldKind {
  if (widget === "radio" || widget === "select" || isNullable(schema)) return "yesno";
  return required && schema.default === undefined ? "yesno" : widget === "checkbox" ? "checkbox" : "switch";
}

function choiceKind(schema: FieldSchema, widget: string | undefined): FieldKind {
  const count = optionsOf(schema).length;
  if (typeOf(schema) === "array") return !takesOthers(schema) && (widget === "checkboxes" || count <= SELECT_UP_TO) ? "checkboxes" : "tags";
  if (takesOthers(schema)) return "combobox";
  const asked = own(ASKED, widget ?? "");
  return asked ?? (count <= RADIOS_UP_TO ? "radios" : count <= SELECT_UP_TO ? "select" : "combobox");
}

/** One or several of what is offered; a list whose items are choices themselves is none. */
function isChoice(schema: FieldSchema): boolean {
  if (typeOf(schema) === "array") return schema["x-type"] === "options" || (schema["x-type"] !== "array" && schema.uniqueItems === true && offers(schema.items));
  return offers(schema);
}

function offers(schema: FieldSchema | undefined): boolean {
  return (schema?.enum ?? schema?.oneOf ?? schema?.examples) !== undefined;
}

export function takesOthers(schema: FieldSchema): boolean {
  const part = schema.items ?? schema;
  return part.enum === undefined && part.oneOf === undefined;
}

/** Keys by place: 1 and "1" are two options. Null is no option but the box beside the field. */
export function optionsOf(schema: FieldSchema): Option[] {
  const part = schema.items ?? schema;
  const labelled = part.oneOf?.map((one) => ({ value: one.const, label: one.title ?? wordOf(one.const) }));
  const words = part["x-labels"] ?? [];
  const plain = (part.enum ?? part.examples ?? []).map((value, place) => ({ value, label: words[place] ?? wordOf(value) }));
  const options = labelled ?? plain;
  return options.filter(({ value }) => value !== null).map((option, place) => ({ ...option, key: String(place) }));
}

/** With those that are chosen and not (or no longer) offered: they stay, to be seen and taken away. */
export function optionsWith(schema: FieldSchema, chosen: readonly unknown[]): Option[] {
  const offered = optionsOf(schema);
  const strangers = chosen.filter((value) => value !== null && value !== undefined && !offered.some((option) => sameJson(option.value, value)));
  return [...offered, ...strangers.map((value, place) => ({ key: `other-${place}`, label: `${wordOf(value)} (not offered)`, value }))];
}

function wordOf(value: unknown): string {
  return typeof value === "string" ? value : toJson(value);
}

export function typeOf(schema: FieldSchema): string | undefined {
  return [schema.type].flat().find((type) => type !== "null");
}

export function isNullable(schema: FieldSchema): boolean {
  return [schema.type].flat().includes("null");
}

export function isSecret(schema: FieldSchema): boolean {
  return schema.format === "password";
}

export function labelOf(schema: FieldSchema, name: string): string {
  return schema.title ?? name;
}

export function hintsOf(hints: UiSchema | FieldHints, name: string): FieldHints {
  const found = own(hints, name);
  return isObject(found) ? found : {};
}

export function isHidden(hints: UiSchema | FieldHints, name: string): boolean {
  return hintsOf(hints, name)["ui:widget"] === "hidden";
}

/** The names of an object's fields in the author's order. */
export function orderOf(schema: FieldSchema, hints: UiSchema | FieldHints): string[] {
  const names = Object.keys(schema.properties ?? {});
  const first = (hints["ui:order"] ?? []).filter((name) => names.includes(name));
  return [...first, ...names.filter((name) => !first.includes(name))].filter((name) => !isHidden(hints, name));
}
