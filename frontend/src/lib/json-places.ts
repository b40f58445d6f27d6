/** Places in a text: offsets for the machine, line and column for people. */

/** From 1; a column is a character, also where it is two units of UTF-16. */
export type Place = { line: number; column: number };

export function lineAndColumn(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: Array.from(before.slice(lineStart)).length + 1 };
}

/** The offset of a dotted path, or of the nearest thing around it that is there. */
export function placeOf(places: ReadonlyMap<string, number>, path: string): number {
  for (let known = path; known !== ""; known = known.slice(0, Math.max(known.lastIndexOf("."), 0))) {
    const at = places.get(known);
    if (at !== undefined) return at;
  }
  return 0;
}
