/** Moments between the browser's own picker (local, without zone) and RFC 3339. */

/** "2026-01-31T10:00" in the reader's zone; empty for what is no moment. */
export function toPicker(value: unknown): string {
  const date = typeof value === "string" && value.includes("T") ? new Date(value) : null;
  if (!date || Number.isNaN(date.getTime())) return "";
  const shifted = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  // Within hours of the last moment that a Date can hold.
  if (Number.isNaN(shifted.getTime())) return "";
  const local = shifted.toISOString();
  return local.slice(0, local.slice(16, 19) === ":00" ? 16 : 19);
}

/** With the offset that the reader's zone has at that moment. */
export function fromPicker(text: string): string {
  const seconds = /T\d\d:\d\d$/.test(text) ? ":00" : "";
  return `${text}${seconds}${offsetAt(new Date(text))}`;
}

/** A time of day as it stands on its clock, and the zone of that clock if it names one. */
export function splitTime(value: unknown): { clock: string; zone: string } {
  const [, clock = "", zone = ""] = typeof value === "string" ? (/^(\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(Z|[+-]\d\d:\d\d)?$/.exec(value) ?? []) : [];
  return { clock, zone };
}

/** "Europe/Berlin (UTC+01:00)", by the offset at that moment. */
export function zoneWords(value: unknown): string {
  const date = typeof value === "string" && toPicker(value) ? new Date(value) : new Date();
  const offset = offsetAt(date);
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return zone === "UTC" ? zone : `${zone} (UTC${offset})`;
}

function offsetAt(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const part = (count: number): string => String(Math.trunc(Math.abs(count))).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${part(minutes / 60)}:${part(minutes % 60)}`;
}
