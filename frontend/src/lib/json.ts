/** JSON in which no integer is ever rounded: those beyond 2^53-1 are bigints here, and raw digits on the wire. */
import { problemSentence, readJson } from "./json-reader";

/** Fewer digits than this always fit a number. */
const MANY_DIGITS = /\d[\d.]{15}/;
// No text from the server or for it may hold NUL, so nothing else looks like this.
const MARKED_DIGITS = /"\\u0000(-?\d+)"/g;

/** For what a machine wrote: throws where it is no JSON. What a person writes is for `readJson`. */
export function parseJson(text: string): unknown {
  if (!MANY_DIGITS.test(text)) return JSON.parse(text) as unknown;
  const { value, problem } = readJson(text);
  if (problem) throw new SyntaxError(problemSentence(problem));
  return value;
}

export function toJson(value: unknown, indent = 0): string {
  const text = JSON.stringify(value, (_key, one: unknown) => (typeof one === "bigint" ? `\u0000${one}` : one), indent);
  return text.replace(MARKED_DIGITS, "$1");
}

export function sameJson(one: unknown, other: unknown): boolean {
  return one === other || canonical(one) === canonical(other);
}

/** Keys in one order, so that only what is said counts. */
function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, one: unknown) => {
    if (typeof one === "bigint") return `\u0000${one}`;
    return isObject(one) ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))) : one;
  });
}

/** What an object holds itself under a name; never what every object inherits, such as `constructor`. */
export function own<Value>(object: Readonly<Record<string, Value>> | null | undefined, name: string): Value | undefined {
  // eslint-disable-next-line own/lookups -- the one place that asks the object itself first
  return object && Object.hasOwn(object, name) ? object[name] : undefined;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
