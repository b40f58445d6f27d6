/** Formats times and durations, in the reader's time zone. */

const clockFormat = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const dayAndClockFormat = new Intl.DateTimeFormat(undefined, {
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
const exactFormat = new Intl.DateTimeFormat(undefined, {
  dateStyle: "medium",
  timeStyle: "long",
  hourCycle: "h23",
});

/** Formats a time as "14:02:11" today, as "Nov 23, 14:02" on other days. A text that is no time is returned unchanged. */
export function formatShortTime(time: string | number | Date, today: Date = new Date()): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return String(time);
  return (date.toDateString() === today.toDateString() ? clockFormat : dayAndClockFormat).format(date);
}

/** Formats a time with date, seconds and time zone. A text that is no time is returned unchanged. */
export function formatExactTime(time: string | number | Date): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? String(time) : exactFormat.format(date);
}

/** Formats a duration with at most two units: "0.4 s", "12 s", "3 m 20 s", "2 h 5 m", "4 d 3 h". */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1_000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ${minutes % 60} m` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Formats a duration without tenths, for values that count up once a second or are whole seconds. */
export function formatWholeDuration(milliseconds: number): string {
  return formatDuration(milliseconds).replace(/\.\d/, "");
}

/** Formats a duration that a person configured: "10 m", not "10 m 0 s". */
export function formatConfiguredDuration(seconds: number): string {
  return formatWholeDuration(seconds * 1_000).replace(/ 0 \w$/, "");
}

/** Formats a time relative to now: "in 12 s", "now", "3 m 20 s ago". */
export function formatRelativeTime(time: string, now: number): string {
  const difference = Date.parse(time) - now;
  if (Math.abs(difference) < 1_000) return "now";
  return difference > 0 ? `in ${formatWholeDuration(difference)}` : `${formatWholeDuration(-difference)} ago`;
}

/** Replaces the UTC times in a sentence from the server with times in the reader's zone. */
export function localizeTimes(sentence: string): string {
  return sentence.replace(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, (time) => formatShortTime(time));
}
