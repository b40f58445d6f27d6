/** Converts durations between everyday notation ("1h 30m", "90s") and ISO 8601 ("PT1H30M"). */

const UNITS = ["w", "d", "h", "m", "s"] as const;
type Unit = (typeof UNITS)[number];

const WRITTEN = /^(?:\d+\s*[a-z]+[\s,]*)+$/;
const PART = /(\d+)\s*([a-z]+)/g;
const NAMES = new Map(
  [
    ["w", "week", "weeks"],
    ["d", "day", "days"],
    ["h", "hr", "hrs", "hour", "hours"],
    ["m", "min", "mins", "minute", "minutes"],
    ["s", "sec", "secs", "second", "seconds"],
  ].flatMap((names, index) => names.map((name) => [name, UNITS[index] ?? "s"] as const)),
);
const ISO = /^P(?=.)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** Returns the duration in ISO 8601, or the text itself if it is unreadable, so that validation refuses it. */
export function parseDuration(text: string): string | undefined {
  const trimmed = text.trim().toLowerCase();
  if (trimmed === "") return undefined;
  if (!WRITTEN.test(trimmed)) return ISO.test(trimmed.toUpperCase()) ? trimmed.toUpperCase() : text.trim();
  const counts = new Map<Unit, string>();
  for (const [, count = "", name = ""] of trimmed.matchAll(PART)) {
    const unit = NAMES.get(name);
    if (!unit || counts.has(unit)) return text.trim();
    counts.set(unit, String(Number(count)));
  }
  return formatIso(counts);
}

function formatIso(counts: ReadonlyMap<Unit, string>): string {
  const part = (unit: Unit): string => (counts.has(unit) ? `${counts.get(unit)}${unit.toUpperCase()}` : "");
  const time = ["h", "m", "s"] as const;
  const clock = time.map(part).join("");
  return counts.has("w") && counts.size > 1 ? formatIso(convertWeeksToDays(counts)) : `P${part("w")}${part("d")}${clock && `T${clock}`}`;
}

/** Converts weeks to days, because ISO 8601 does not combine weeks with other units. */
function convertWeeksToDays(counts: ReadonlyMap<Unit, string>): ReadonlyMap<Unit, string> {
  const days = Number(counts.get("w") ?? 0) * 7 + Number(counts.get("d") ?? 0);
  return new Map([["d", String(days)], ...[...counts].filter(([unit]) => unit !== "w" && unit !== "d")]);
}

/** Formats "PT1H30M" as "1h 30m"; other values are returned unchanged. */
export function formatIsoDuration(value: unknown): string {
  if (typeof value !== "string") return "";
  const parts = ISO.exec(value);
  if (!parts) return value;
  return UNITS.flatMap((unit, index) => (parts[index + 1] === undefined ? [] : [`${parts[index + 1]}${unit}`])).join(" ");
}
