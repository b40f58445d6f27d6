/** Times and durations in words; exact ones carry the reader's zone. */

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const dayAndClock = new Intl.DateTimeFormat(undefined, {
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
const exact = new Intl.DateTimeFormat(undefined, {
  dateStyle: "medium",
  timeStyle: "long",
  hourCycle: "h23",
});

/** "14:02:11" today, "Nov 23, 14:02" on other days; what is no time stays as it is. */
export function shortTime(time: string | number | Date, today: Date = new Date()): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return String(time);
  return (date.toDateString() === today.toDateString() ? clock : dayAndClock).format(date);
}

export function exactTime(time: string | number | Date): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? String(time) : exact.format(date);
}

/** "0.4 s", "12 s", "3 m 20 s", "2 h 5 m", "4 d 3 h": two units are enough to compare by. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1_000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ${minutes % 60} m` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** For what counts while it is looked at, or was said in seconds: tenths that change once a second look like noise. */
export function wholeDuration(milliseconds: number): string {
  return duration(milliseconds).replace(/\.\d/, "");
}

/** A length that somebody chose: "10 m" rather than "10 m 0 s". */
export function chosenDuration(seconds: number): string {
  return wholeDuration(seconds * 1_000).replace(/ 0 \w$/, "");
}

/** "in 12 s", "now", "3 m 20 s ago". */
export function relativeTime(time: string, now: number): string {
  const away = Date.parse(time) - now;
  if (Math.abs(away) < 1_000) return "now";
  return away > 0 ? `in ${wholeDuration(away)}` : `${wholeDuration(-away)} ago`;
}

/** Sentences of the server name times in UTC; here they become the reader's. */
export function withLocalTimes(sentence: string): string {
  return sentence.replace(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, (time) => shortTime(time));
}
