/** The server's judgement of a payload, before it is asked: the same problems, at the same places, in the same words. */
import type { JsonObject, Problem } from "@/types/api";
import type { FieldSchema } from "@/types/form-schema";
import { isRequired } from "../conditions";
import { STORED_SECRET, valueAt } from "../form-values";
import { brokenRules, type Broken } from "./broken-rules";
import { completed } from "./filling";
import { limitsBroken } from "./limits";
import { suggestion } from "./nearest";
import { fieldAt, placesIn, type Path } from "./places";
import { explain, labelFrom, notUsed } from "./texts";

const MOST_GUESSES = 10;
const EXACT_UP_TO = 2 ** 53;

/** One problem a place, for a form. */
export function problemsOf(schema: FieldSchema, payload: JsonObject): Problem[] {
  const places = new Map<string | null, Problem>();
  for (const problem of allProblems(schema, payload)) if (!places.has(problem.attr)) places.set(problem.attr, problem);
  return [...places.values()];
}

/** In the order of the fields; `attr` as the server names it: `payload.servers.2.port`. */
export function allProblems(schema: FieldSchema, payload: JsonObject): Problem[] {
  const broken = limitsBroken(payload);
  if (broken.length > 0) return broken;
  const filled = completed(schema, payload);
  const rules = brokenRules(schema, filled).filter(({ path }) => !isKeptSecret(fieldAt(schema, path), valueAt(filled, path)));
  const guesses = new Map<string, number>();
  const problems = rules.map((one) => worded(schema, filled, one, guesses)).map((one) => asSent(one, payload));
  if (problems.length === 0) return roundedNumbers(schema, filled);
  return problems.sort((one, other) => placeOf(schema, one) - placeOf(schema, other));
}

/** The stored value stays: it was judged when it came. */
function isKeptSecret(field: FieldSchema | undefined, value: unknown): boolean {
  return field?.["x-type"] === "secret" && value === STORED_SECRET;
}

function worded(schema: FieldSchema, payload: JsonObject, { rule, path }: Broken, guesses: Map<string, number>): Problem {
  const [owner, name] = [path.slice(0, -1), path.at(-1) ?? ""];
  const object = fieldAt(schema, owner) ?? {};
  const siblings = (valueAt(payload, owner) ?? {}) as JsonObject;
  if (rule === "unknown_field") return unknownField(object, owner, name, guesses);
  if (rule === "not_used") return { code: rule, detail: notUsed(name, object.properties ?? {}, siblings), attr: attrOf(path) };
  const field = fieldAt(schema, path) ?? {};
  const value = valueAt(payload, path);
  const label = field.title ?? labelFrom([...path].reverse().find((step) => !/^\d+$/.test(step)) ?? "");
  const isEmpty = value === null && ["type", "enum", "read_only"].includes(rule);
  const code = !isEmpty ? rule : object.properties && isRequired(object, name, siblings) ? "required" : "type";
  return { code, detail: explain(code, { label, field, value }), attr: attrOf(path) };
}

function unknownField(object: FieldSchema, owner: Path, name: string, guesses: Map<string, number>): Problem {
  const known = Object.entries(object.properties ?? {}).filter(([, field]) => !field.readOnly).map(([one]) => one);
  const number = guesses.get(owner.join("/")) ?? 0;
  guesses.set(owner.join("/"), number + 1);
  const hint = number < MOST_GUESSES ? ` ${suggestion(name, known)}` : "";
  return { code: "unknown_field", detail: `There is no field ${name}.${hint}`, attr: attrOf([...owner, name]) };
}

/** Who sent one value and no list is told of the field, not of a first item. */
function asSent(problem: Problem, payload: JsonObject): Problem {
  const path = (problem.attr ?? "").split(".").slice(1);
  if (path.at(-1) !== "0") return problem;
  const sent = valueAt(payload, path.slice(0, -1)) ?? null;
  return sent === null || Array.isArray(sent) ? problem : { ...problem, attr: attrOf(path.slice(0, -1)) };
}

function placeOf(schema: FieldSchema, { attr }: Problem): number {
  const place = Object.keys(schema.properties ?? {}).indexOf(attr?.split(".")[1] ?? "");
  return place < 0 ? Number.MAX_SAFE_INTEGER : place;
}

/** A whole number beyond what is exact was written with point or exponent: it may stand for another one. */
function roundedNumbers(schema: FieldSchema, payload: JsonObject): Problem[] {
  const detail = "Enter so large a whole number in full, without point or exponent";
  return [...placesIn(schema, payload)]
    .filter(({ field, value }) => [field.type].flat().includes("integer") && typeof value === "number" && Math.abs(value) > EXACT_UP_TO)
    .map(({ path }) => ({ code: "type", detail, attr: attrOf(path) }))
    .slice(0, 1);
}

function attrOf(path: Path): string {
  return ["payload", ...path].join(".");
}
