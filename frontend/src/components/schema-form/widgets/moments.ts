/** Converts times between the browser's picker (local time without a zone) and RFC 3339. */

/** Returns a time as "2026-01-31T10:00" in the reader's zone; empty if the value is no time. */
export function toPicker(value: unknown): string {
  const date = typeof value === "string" && value.includes("T") ? new Date(value) : null;
  if (!date || Number.isNaN(date.getTime())) return "";
  const shifted = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  // The shift may exceed the largest time that a Date can hold.
  if (Number.isNaN(shifted.getTime())) return "";
  const local = shifted.toISOString();
  return local.slice(0, local.slice(16, 19) === ":00" ? 16 : 19);
}

/** Returns the picker's text in RFC 3339, with the offset that the reader's zone has at that time. */
export function fromPicker(text: string): string {
  const seconds = /T\d\d:\d\d$/.test(text) ? ":00" : "";
  return `${text}${seconds}${formatOffset(new Date(text))}`;
}

/** Splits a time of day into its clock time and its zone, which may be empty. */
export function splitTime(value: unknown): { clock: string; zone: string } {
  const [, clock = "", zone = ""] = typeof value === "string" ? (/^(\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(Z|[+-]\d\d:\d\d)?$/.exec(value) ?? []) : [];
  return { clock, zone };
}

/** Describes the reader's zone, with its offset at that time: "Europe/Berlin (UTC+01:00)". */
export function describeZone(value: unknown): string {
  const date = typeof value === "string" && toPicker(value) ? new Date(value) : new Date();
  const offset = formatOffset(date);
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return zone === "UTC" ? zone : `${zone} (UTC${offset})`;
}

function formatOffset(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const part = (count: number): string => String(Math.trunc(Math.abs(count))).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${part(minutes / 60)}:${part(minutes % 60)}`;
}
