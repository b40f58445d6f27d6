import { toJson } from "@/lib/json";

/** Formats a POST request as a curl command that reads the token from $TOKEN. The caller must mask secrets in the body. */
export function formatCurl(address: string, body: unknown): string {
  return [
    `curl -X POST ${quoteForShell(address)}`,
    `-H "Authorization: Token $TOKEN"`,
    `-H 'Content-Type: application/json'`,
    `--data-raw ${quoteForShell(toJson(body))}`,
  ].join(" \\\n  ");
}

/** Quotes a text for a shell: inside single quotes only the single quote itself is special. */
export function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
