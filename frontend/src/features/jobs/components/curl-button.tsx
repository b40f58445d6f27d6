import { Button } from "@mantine/core";

import { copyText } from "@/lib/copy-text";
import { buildApiUrl } from "@/lib/env";
import { toJson } from "@/lib/json";
import { showToast } from "@/lib/toast";

type CurlButtonProps = { path: string; body: unknown };

export function CurlButton({ path, body }: CurlButtonProps) {
  const copy = async (): Promise<void> => {
    await copyText(formatCurl(buildApiUrl(path), body));
    showToast("good", "Copied. Set TOKEN to a token of yours before you run it");
  };
  return (
    <Button variant="subtle" size="compact-sm" onClick={() => void copy()}>
      Copy as curl
    </Button>
  );
}

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
function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
