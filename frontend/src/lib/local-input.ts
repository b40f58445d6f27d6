/** Converts between times of the API and the text of an input of the type datetime-local: without a zone, to the minute. */

/** Writes a time in the reader's zone; empty if the text is no time. */
export function toLocalInput(moment: string): string {
  const date = new Date(moment);
  if (moment === "" || Number.isNaN(date.getTime())) return "";
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** Reads such a text as a time in the reader's zone; empty if it is none. */
export function toMoment(text: string): string {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString();
}
