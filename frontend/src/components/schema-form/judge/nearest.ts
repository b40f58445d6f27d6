/** What somebody may have meant, by the rule the server uses: the same question for the same wrong name. */
const LONGEST = 126;
const ALIKE = 0.6;

/** "Did you mean user_id?", or all there is if nothing is near. */
export function suggestion(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  if (near !== undefined) return `Did you mean ${near}?`;
  return known.length > 0 ? `The fields are: ${known.join(", ")}.` : "Remove it.";
}

function nearest(word: string, known: readonly string[]): string | undefined {
  if (Array.from(word).length > LONGEST) return undefined;
  const names = new Map(known.map((name) => [folded(name), name]));
  let best: { score: number; name: string } | undefined;
  for (const name of names.keys()) {
    const score = likeness(name, folded(word));
    const better = best === undefined || score > best.score || (score === best.score && name > best.name);
    if (score >= ALIKE && better) best = { score, name };
  }
  return best && names.get(best.name);
}

function folded(word: string): string {
  return word.replaceAll("_", "").replaceAll("-", "").toLowerCase();
}

/** Ratcliff and Obershelp: twice what matches, by the length of both. */
function likeness(one: string, other: string): number {
  const length = one.length + other.length;
  return length === 0 ? 1 : (2 * matching(one, other)) / length;
}

function matching(one: string, other: string): number {
  const { at, otherAt, size } = longestMatch(one, other);
  if (size === 0) return 0;
  const before = matching(one.slice(0, at), other.slice(0, otherAt));
  return before + size + matching(one.slice(at + size), other.slice(otherAt + size));
}

function longestMatch(one: string, other: string): { at: number; otherAt: number; size: number } {
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
