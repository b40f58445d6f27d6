import { exactNumber } from "@/lib/exact-number";

/** A number; a bigint where a number would round; the text itself where it is neither, for the check to refuse. */
export function readNumber(text: string): number | bigint | string | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(trimmed)) return trimmed;
  const number = exactNumber(trimmed);
  return typeof number === "bigint" || Number.isFinite(number) ? number : trimmed;
}
