export type JsonToken = { text: string; kind: "key" | "string" | "number" | "word" | null };

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*)|\b(true|false|null)\b/g;
/** Longer texts are not coloured, because rendering them would be slow. */
const MAX_COLOURED_LENGTH = 50_000;

/** Splits JSON text into tokens for syntax highlighting. */
export function tokenizeJson(text: string): JsonToken[] {
  if (text.length > MAX_COLOURED_LENGTH) return [{ text, kind: null }];
  const tokens: JsonToken[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [, quoted, colon, number, word] = match;
    if (match.index > end) tokens.push({ text: text.slice(end, match.index), kind: null });
    if (quoted) tokens.push({ text: quoted, kind: colon ? "key" : "string" });
    if (colon) tokens.push({ text: colon, kind: null });
    if (number) tokens.push({ text: number, kind: "number" });
    if (word) tokens.push({ text: word, kind: "word" });
    end = match.index + match[0].length;
  }
  if (end < text.length) tokens.push({ text: text.slice(end), kind: null });
  return tokens;
}
