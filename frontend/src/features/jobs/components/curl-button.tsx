import { Button } from "@mantine/core";

import { copyText } from "@/lib/copy-text";
import { buildApiUrl } from "@/lib/env";
import { showToast } from "@/lib/toast";
import { formatCurl } from "../curl";

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
