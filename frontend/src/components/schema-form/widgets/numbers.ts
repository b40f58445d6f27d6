import { parseExactNumber } from "@/lib/exact-number";

/** Returns a number, a bigint if a number would be rounded, or the text itself if it is unreadable (validation refuses it). */
export function parseNumber(text: string): number | bigint | string | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(trimmed)) return trimmed;
  const number = parseExactNumber(trimmed);
  return typeof number === "bigint" || Number.isFinite(number) ? number : trimmed;
}
