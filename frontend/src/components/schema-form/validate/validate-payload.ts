/**
 * Validates a payload in the browser exactly as the server does: same problems, places and sentences. This folder is the
 * TypeScript twin of two Python packages, templates_app/payload_schema/ (filling, dates, secrets) and
 * foundation/json_schema/ (rules, formats, limits, sentences). A change of a rule must be made on both sides; the tests of
 * both run tests/shared/payload_cases.json.
 */
import type { JsonObject, Problem } from "@/types/api";
import type { FieldSchema } from "@/types/form-schema";
import { isRequired } from "../conditions";
import { getValueAt, STORED_SECRET } from "../form-values";
import { findBrokenRules, type BrokenRule } from "./broken-rules";
import { fillAbsent } from "./filling";
import { findBrokenLimits } from "./limits";
import { findField, walkPlaces, type Path } from "./places";
import { suggest } from "./suggestion";
import { describeFailure, describeNotUsed, makeLabel } from "./texts";

const MAX_SUGGESTIONS = 10;
const MAX_EXACT_NUMBER = 2 ** 53;

/** Validates a payload and returns at most one problem for each field, for a form. */
export function validateForForm(schema: FieldSchema, payload: JsonObject): Problem[] {
  const places = new Map<string | null, Problem>();
  for (const problem of validatePayload(schema, payload)) if (!places.has(problem.attr)) places.set(problem.attr, problem);
  return [...places.values()];
}

/** Validates a payload. Returns all problems in the order of the fields, with `attr` such as `payload.servers.2.port`. */
export function validatePayload(schema: FieldSchema, payload: JsonObject): Problem[] {
  const broken = findBrokenLimits(payload);
  if (broken.length > 0) return broken;
  const filled = fillAbsent(schema, payload);
  const rules = findBrokenRules(schema, filled).filter(({ path }) => !isStoredSecret(findField(schema, path), getValueAt(filled, path)));
  const suggestionCounts = new Map<string, number>();
  const problems = rules.map((one) => describeBrokenRule(schema, filled, one, suggestionCounts)).map((one) => moveToSentPlace(one, payload));
  if (problems.length === 0) return findRoundedNumbers(schema, filled);
  return problems.sort((one, other) => getFieldIndex(schema, one) - getFieldIndex(schema, other));
}

/** A marker keeps the stored secret, which was validated when it was stored. */
function isStoredSecret(field: FieldSchema | undefined, value: unknown): boolean {
  return field?.["x-type"] === "secret" && value === STORED_SECRET;
}

function describeBrokenRule(schema: FieldSchema, payload: JsonObject, { rule, path }: BrokenRule, suggestionCounts: Map<string, number>): Problem {
  const [owner, name] = [path.slice(0, -1), path.at(-1) ?? ""];
  const object = findField(schema, owner) ?? {};
  const siblings = (getValueAt(payload, owner) ?? {}) as JsonObject;
  if (rule === "unknown_field") return describeUnknownField(object, owner, name, suggestionCounts);
  if (rule === "not_used") return { code: rule, detail: describeNotUsed(name, object.properties ?? {}, siblings), attr: toAttr(path) };
  const field = findField(schema, path) ?? {};
  const value = getValueAt(payload, path);
  const label = field.title ?? makeLabel([...path].reverse().find((step) => !/^\d+$/.test(step)) ?? "");
  const isEmpty = value === null && ["type", "enum", "read_only"].includes(rule);
  const code = !isEmpty ? rule : object.properties && isRequired(object, name, siblings) ? "required" : "type";
  return { code, detail: describeFailure(code, { label, field, value }), attr: toAttr(path) };
}

function describeUnknownField(object: FieldSchema, owner: Path, name: string, suggestionCounts: Map<string, number>): Problem {
  const known = Object.entries(object.properties ?? {}).filter(([, field]) => !field.readOnly).map(([one]) => one);
  const number = suggestionCounts.get(owner.join("/")) ?? 0;
  suggestionCounts.set(owner.join("/"), number + 1);
  const advice = number < MAX_SUGGESTIONS ? ` ${suggest(name, known)}` : "";
  return { code: "unknown_field", detail: `There is no field ${name}.${advice}`, attr: toAttr([...owner, name]) };
}

/** If a single value was sent for a list, the problem of its first item is reported at the field itself. */
function moveToSentPlace(problem: Problem, payload: JsonObject): Problem {
  const path = (problem.attr ?? "").split(".").slice(1);
  if (path.at(-1) !== "0") return problem;
  const sent = getValueAt(payload, path.slice(0, -1)) ?? null;
  return sent === null || Array.isArray(sent) ? problem : { ...problem, attr: toAttr(path.slice(0, -1)) };
}

function getFieldIndex(schema: FieldSchema, { attr }: Problem): number {
  const place = Object.keys(schema.properties ?? {}).indexOf(attr?.split(".")[1] ?? "");
  return place < 0 ? Number.MAX_SAFE_INTEGER : place;
}

/** Refuses whole numbers beyond 2^53 that were written with a point or an exponent, because they may be rounded. */
function findRoundedNumbers(schema: FieldSchema, payload: JsonObject): Problem[] {
  const detail = "Enter so large a whole number in full, without point or exponent";
  return [...walkPlaces(schema, payload)]
    .filter(({ field, value }) => [field.type].flat().includes("integer") && typeof value === "number" && Math.abs(value) > MAX_EXACT_NUMBER)
    .map(({ path }) => ({ code: "type", detail, attr: toAttr(path) }))
    .slice(0, 1);
}

function toAttr(path: Path): string {
  return ["payload", ...path].join(".");
}
