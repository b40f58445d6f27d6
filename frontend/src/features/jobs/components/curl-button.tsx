import { Button } from "@mantine/core";

import { copyText } from "@/lib/copy-text";
import { apiUrl } from "@/lib/env";
import { toast } from "@/lib/toast";
import { curlOf } from "../curl";

type CurlButtonProps = { path: string; body: unknown };

export function CurlButton({ path, body }: CurlButtonProps) {
  const copy = async (): Promise<void> => {
    await copyText(curlOf(apiUrl(path), body));
    toast("good", "Copied. Set TOKEN to a token of yours before you run it");
  };
  return (
    <Button variant="subtle" size="compact-sm" onClick={() => void copy()}>
      Copy as curl
    </Button>
  );
}
