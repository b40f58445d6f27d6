/** Checks the limits of any JSON value before its rules: depth, size, and characters and numbers that cannot be stored. */
import { isObject } from "@/lib/json";
import type { JsonObject, Problem } from "@/types/api";
import type { Path } from "./places";

const MAX_DEPTH = 32;
const MAX_VALUES = 10_000;
const MIN_REFUSED_NUMBER = 2n ** 13_288n;

/** Returns the problems of a payload. A payload that is too large or too deep has only that problem. */
export function findBrokenLimits(payload: JsonObject): Problem[] {
  const problems: Problem[] = [];
  let count = 0;
  const visit = (value: unknown, path: Path): Problem | undefined => {
    count += 1;
    if (count > MAX_VALUES) return { code: "too_large", detail: "More than 10,000 values in one object.", attr: "payload" };
    const inner = listEntries(value);
    if (inner && path.length >= MAX_DEPTH) return { code: "too_deep", detail: "Nested deeper than 32 levels.", attr: "payload" };
    const fault = findFault(value);
    if (fault) problems.push({ code: "format", detail: fault, attr: ["payload", ...path].join(".") });
    for (const [key, item] of inner ?? []) {
      const limit = visit(item, [...path, key]);
      if (limit) return limit;
    }
    return undefined;
  };
  const limit = visit(payload, []);
  return limit ? [limit] : problems;
}

function listEntries(value: unknown): [string, unknown][] | undefined {
  return Array.isArray(value) || isObject(value) ? Object.entries(value) : undefined;
}

function findFault(value: unknown): string | undefined {
  if (typeof value === "string") return findFaultOfText(value);
  if (typeof value === "bigint") return value >= MIN_REFUSED_NUMBER || value <= -MIN_REFUSED_NUMBER ? "This number has more than 4,000 digits." : undefined;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : "This number is too large to be kept: write it as text.";
  if (!isObject(value)) return undefined;
  const fault = Object.keys(value).map(findFaultOfText).find(Boolean);
  return fault && `A key cannot be kept: ${fault}`;
}

function findFaultOfText(text: string): string | undefined {
  if (text.includes("\0")) return "The text has a NUL character (U+0000): remove it.";
  // eslint-disable-next-line @typescript-eslint/no-misused-spread -- this finds lone surrogates
  return [...text].some((one) => one >= "\ud800" && one <= "\udfff" && one.length === 1)
    ? "The text has half of a surrogate pair (U+D800 to U+DFFF): write whole characters."
    : undefined;
}
