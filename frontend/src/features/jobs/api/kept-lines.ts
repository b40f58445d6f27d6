import type { LogLine } from "@/types/api";

/** As on the server, but cut seldom: between two cuts a page may hold so many more. */
const FIRST_LINES = 2_000;
const LAST_LINES = 20_000;
const BETWEEN_CUTS = 5_000;

/** What a page keeps of a log that grows without end: the newest attempt's first lines and, of its others, the last. */
export function keptLines(lines: LogLine[]): LogLine[] {
  if (lines.length <= FIRST_LINES + LAST_LINES + BETWEEN_CUTS) return lines;
  const attempt = lines.at(-1)?.attempt;
  const beginsAt = lines.findIndex((line) => line.attempt === attempt);
  if (lines.length - beginsAt <= FIRST_LINES + LAST_LINES + BETWEEN_CUTS) return lines;
  const first = lines.slice(0, beginsAt + FIRST_LINES);
  let from = lines.length - LAST_LINES;
  // A line that tells of a gap goes into the greater one.
  while (numberAt(lines, from) > numberAt(lines, from - 1) + 1) from += 1;
  const last = lines.slice(from);
  const next = last[0];
  if (!next) return lines;
  const count = next.n - 1 - numberAt(first, first.length - 1);
  const text = `${count.toLocaleString("en")} lines are left out here: this page keeps the newest ones. Those that are stored come with a reload.`;
  return [...first, { ...next, n: next.n - 1, level: "warning", text }, ...last];
}

function numberAt(lines: LogLine[], index: number): number {
  return lines[index]?.n ?? 0;
}
