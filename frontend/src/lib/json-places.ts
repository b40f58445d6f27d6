/** Converts between offsets in a text, lines with columns, and dotted paths. */

/** Both count from 1. A column is one character, even if it takes two UTF-16 code units. */
export type Place = { line: number; column: number };

/** Returns the line and the column of an offset. */
export function getLineAndColumn(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: Array.from(before.slice(lineStart)).length + 1 };
}

/** Returns the offset of a dotted path, or of its nearest ancestor that is in the text. */
export function findOffset(places: ReadonlyMap<string, number>, path: string): number {
  for (let knownPath = path; knownPath !== ""; knownPath = knownPath.slice(0, Math.max(knownPath.lastIndexOf("."), 0))) {
    const at = places.get(knownPath);
    if (at !== undefined) return at;
  }
  return 0;
}
