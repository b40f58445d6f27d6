/** JSON without rounding: integers beyond 2^53-1 are bigints in memory and plain digits on the wire. */
import { formatJsonProblem, readJson } from "./json-reader";

/** Fewer digits than this always fit a JavaScript number. */
const MANY_DIGITS = /\d[\d.]{15}/;
// The API allows no NUL in texts, so nothing else can match this marker.
const MARKED_DIGITS = /"\\u0000(-?\d+)"/g;

/** Parses JSON from the server. Throws SyntaxError if it is invalid. Use `readJson` for text that a person wrote. */
export function parseJson(text: string): unknown {
  if (!MANY_DIGITS.test(text)) return JSON.parse(text) as unknown;
  const { value, problem } = readJson(text);
  if (problem) throw new SyntaxError(formatJsonProblem(problem));
  return value;
}

/** Writes a value as JSON, with bigints as plain digits. */
export function toJson(value: unknown, indent = 0): string {
  const text = JSON.stringify(value, (_key, one: unknown) => (typeof one === "bigint" ? `\u0000${one}` : one), indent);
  return text.replace(MARKED_DIGITS, "$1");
}

/** Returns whether two values are equal as JSON, in whatever order their keys are. */
export function isSameJson(one: unknown, other: unknown): boolean {
  return one === other || toCanonicalJson(one) === toCanonicalJson(other);
}

/** Writes a value as JSON with sorted keys. */
function toCanonicalJson(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, one: unknown) => {
    if (typeof one === "bigint") return `\u0000${one}`;
    return isObject(one) ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))) : one;
  });
}

/** Returns an object's own property, never an inherited one such as `constructor`. */
export function getOwn<Value>(object: Readonly<Record<string, Value>> | null | undefined, name: string): Value | undefined {
  // eslint-disable-next-line own/lookups -- the one place that checks hasOwn first
  return object && Object.hasOwn(object, name) ? object[name] : undefined;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
