/** Suggests the right name for a misspelled one, with the same algorithm as the server (Python's difflib). */
const MAX_WORD_LENGTH = 126;
const MIN_LIKENESS = 0.6;

/** Returns "Did you mean user_id?", or the list of all names if none is similar. */
export function suggest(word: string, known: readonly string[]): string {
  const near = findNearest(word, known);
  if (near !== undefined) return `Did you mean ${near}?`;
  return known.length > 0 ? `The fields are: ${known.join(", ")}.` : "Remove it.";
}

function findNearest(word: string, known: readonly string[]): string | undefined {
  if (Array.from(word).length > MAX_WORD_LENGTH) return undefined;
  const names = new Map(known.map((name) => [fold(name), name]));
  let best: { score: number; name: string } | undefined;
  for (const name of names.keys()) {
    const score = computeLikeness(name, fold(word));
    const better = best === undefined || score > best.score || (score === best.score && name > best.name);
    if (score >= MIN_LIKENESS && better) best = { score, name };
  }
  return best && names.get(best.name);
}

function fold(word: string): string {
  return word.replaceAll("_", "").replaceAll("-", "").toLowerCase();
}

/** Computes the Ratcliff/Obershelp similarity: twice the number of matching characters, divided by both lengths. */
function computeLikeness(one: string, other: string): number {
  const length = one.length + other.length;
  return length === 0 ? 1 : (2 * countMatching(one, other)) / length;
}

function countMatching(one: string, other: string): number {
  const { at, otherAt, size } = findLongestMatch(one, other);
  if (size === 0) return 0;
  const before = countMatching(one.slice(0, at), other.slice(0, otherAt));
  return before + size + countMatching(one.slice(at + size), other.slice(otherAt + size));
}

function findLongestMatch(one: string, other: string): { at: number; otherAt: number; size: number } {
  let best = { at: 0, otherAt: 0, size: 0 };
  for (let at = 0; at < one.length; at += 1) {
    for (let otherAt = 0; otherAt < other.length; otherAt += 1) {
      let size = 0;
      while (at + size < one.length && otherAt + size < other.length && one[at + size] === other[otherAt + size]) size += 1;
      if (size > best.size) best = { at, otherAt, size };
    }
  }
  return best;
}
