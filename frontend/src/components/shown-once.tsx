import { Button } from "@mantine/core";
import { IconCheck, IconCopy, IconDownload, IconKey } from "@tabler/icons-react";
import { useState } from "react";

import { copyText } from "@/lib/copy-text";
import { downloadText } from "@/lib/download-text";
import classes from "./shown-once.module.css";

type ShownOnceProps = {
  title: string;
  /** The token or link. The server does not return it a second time. */
  secret: string;
  /** What it opens, and to whom it must not be given. */
  warning: string;
  /** The name of the file in which it can be stored; without it there is no download. */
  fileName?: string;
  onDone: () => void;
};

/** Shows a secret that cannot be read again, until the user says that it was stored. It takes the focus when it appears. */
export function ShownOnce({ title, secret, warning, fileName, onDone }: ShownOnceProps) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await copyText(secret);
    setCopied(true);
  };
  return (
    <section ref={takeFocus} tabIndex={-1} className={classes.box} aria-label={title}>
      <IconKey size={20} aria-hidden className={classes.icon} />
      <div className={classes.words}>
        <p className={classes.title}>{title}</p>
        <p className={classes.warning}>{warning}</p>
        <code className={classes.secret} tabIndex={0} role="group" aria-label={`${title}: the text`}>
          {secret}
        </code>
        <div className={classes.actions}>
          <Button size="compact-sm" leftSection={copied ? <IconCheck size={15} aria-hidden /> : <IconCopy size={15} aria-hidden />} onClick={() => void copy()}>
            {copied ? "Copied" : "Copy"}
          </Button>
          {fileName && (
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconDownload size={15} aria-hidden />}
              onClick={() => downloadText(fileName, `${secret}\n`, "text/plain")}
            >
              Download
            </Button>
          )}
          <Button size="compact-sm" variant="default" onClick={onDone}>
            Done, hide it
          </Button>
        </div>
      </div>
    </section>
  );
}

function takeFocus(box: HTMLElement | null): void {
  box?.focus();
}
