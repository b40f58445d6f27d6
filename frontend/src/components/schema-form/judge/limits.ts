/** What any JSON value may be before its rules are asked: bounded, and nothing that cannot be stored. */
import { isObject } from "@/lib/json";
import type { JsonObject, Problem } from "@/types/api";
import type { Path } from "./places";

const MAX_DEPTH = 32;
const MAX_VALUES = 10_000;
const TOO_LARGE = 2n ** 13_288n;

export function limitsBroken(payload: JsonObject): Problem[] {
  const problems: Problem[] = [];
  let count = 0;
  const look = (value: unknown, path: Path): Problem | undefined => {
    count += 1;
    if (count > MAX_VALUES) return { code: "too_large", detail: "More than 10,000 values in one object.", attr: "payload" };
    const inner = innerOf(value);
    if (inner && path.length >= MAX_DEPTH) return { code: "too_deep", detail: "Nested deeper than 32 levels.", attr: "payload" };
    const fault = faultOf(value);
    if (fault) problems.push({ code: "format", detail: fault, attr: ["payload", ...path].join(".") });
    for (const [key, item] of inner ?? []) {
      const limit = look(item, [...path, key]);
      if (limit) return limit;
    }
    return undefined;
  };
  const limit = look(payload, []);
  return limit ? [limit] : problems;
}

function innerOf(value: unknown): [string, unknown][] | undefined {
  return Array.isArray(value) || isObject(value) ? Object.entries(value) : undefined;
}

function faultOf(value: unknown): string | undefined {
  if (typeof value === "string") return faultOfText(value);
  if (typeof value === "bigint") return value >= TOO_LARGE || value <= -TOO_LARGE ? "This number has more than 4,000 digits." : undefined;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : "This number is too large to be kept: write it as text.";
  if (!isObject(value)) return undefined;
  const fault = Object.keys(value).map(faultOfText).find(Boolean);
  return fault && `A key cannot be kept: ${fault}`;
}

function faultOfText(text: string): string | undefined {
  if (text.includes("\0")) return "The text has a NUL character (U+0000): remove it.";
  // eslint-disable-next-line @typescript-eslint/no-misused-spread -- lone halves are what is looked for
  return [...text].some((one) => one >= "\ud800" && one <= "\udfff" && one.length === 1)
    ? "The text has half of a surrogate pair (U+D800 to U+DFFF): write whole characters."
    : undefined;
}
