import { toJson } from "@/lib/json";

/** The same request for a shell. Who runs it brings the token; secrets are the caller's to leave out. */
export function curlOf(address: string, body: unknown): string {
  return [
    `curl -X POST ${quoted(address)}`,
    `-H "Authorization: Token $TOKEN"`,
    `-H 'Content-Type: application/json'`,
    `--data-raw ${quoted(toJson(body))}`,
  ].join(" \\\n  ");
}

/** Nothing means anything inside single quotes but the quote itself. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
