/** JSON in which no integer is ever rounded: those beyond 2^53-1 are bigints here, and raw digits on the wire. */
import { readJson } from "./json-reader";

/** Fewer digits than this always fit a number. */
const MANY_DIGITS = /\d{16}/;
// No text from the server or for it may hold NUL, so nothing else looks like this.
const MARKED_DIGITS = /"\\u0000(-?\d+)"/g;

export function parseJson(text: string): unknown {
  return MANY_DIGITS.test(text) ? readJson(text) : (JSON.parse(text) as unknown);
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

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
