import type { LogLine } from "@/types/api";

/** The first two limits are the server's. The third is the number of lines beyond them at which a log is trimmed. */
const MAX_FIRST_LINES = 2_000;
const MAX_LAST_LINES = 20_000;
const MAX_EXTRA_LINES = 5_000;

/** Trims a log that grows without end: keeps the first and the last lines of the newest attempt, and notes the gap. */
export function trimLog(lines: LogLine[]): LogLine[] {
  if (lines.length <= MAX_FIRST_LINES + MAX_LAST_LINES + MAX_EXTRA_LINES) return lines;
  const attempt = lines.at(-1)?.attempt;
  const attemptIndex = lines.findIndex((line) => line.attempt === attempt);
  if (lines.length - attemptIndex <= MAX_FIRST_LINES + MAX_LAST_LINES + MAX_EXTRA_LINES) return lines;
  const first = lines.slice(0, attemptIndex + MAX_FIRST_LINES);
  let lastIndex = lines.length - MAX_LAST_LINES;
  // A line that marks an earlier gap becomes part of the new gap.
  while (getNumber(lines, lastIndex) > getNumber(lines, lastIndex - 1) + 1) lastIndex += 1;
  const last = lines.slice(lastIndex);
  const next = last[0];
  if (!next) return lines;
  const count = next.n - 1 - getNumber(first, first.length - 1);
  const text = `${count.toLocaleString("en")} lines are left out here: this page keeps the newest ones. Those that are stored come with a reload.`;
  return [...first, { ...next, n: next.n - 1, level: "warning", text }, ...last];
}

function getNumber(lines: LogLine[], index: number): number {
  return lines[index]?.n ?? 0;
}
