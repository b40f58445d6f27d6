import { ActionIcon } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useState } from "react";

import { copyText } from "@/lib/copy-text";

/** A button that copies a text. `what` completes its label "Copy ...". */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await copyText(text);
    setCopied(true);
    window.setTimeout(() => setCopied(false), 1_500);
  };
  return (
    <ActionIcon variant="subtle" color="gray" c="dimmed" size="sm" aria-label={copied ? "Copied" : `Copy ${what}`} onClick={() => void copy()}>
      {copied ? <IconCheck size={15} aria-hidden /> : <IconCopy size={15} aria-hidden />}
    </ActionIcon>
  );
}
