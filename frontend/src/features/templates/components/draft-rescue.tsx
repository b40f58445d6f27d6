import { Button } from "@mantine/core";
import { useState } from "react";

import { ErrorNote } from "@/components/error-note";
import { PageHeader } from "@/components/page-header";
import { copyText } from "@/lib/copy-text";
import type { DraftState } from "../use-draft";
import classes from "./template-editor.module.css";

type DraftRescueProps = { title: string; error: Error; draft: DraftState; onRetry: () => void; onDiscard: () => void };

/** Replaces a crashed editor. It shows the draft as plain text without parsing it, so that it cannot crash, too. */
export function DraftRescue({ title, error, draft, onRetry, onDiscard }: DraftRescueProps) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await copyText(draft.text);
    setCopied(true);
  };
  return (
    <>
      <PageHeader
        above="The editor crashed; your draft is here"
        title={title}
        actions={
          <>
            <Button variant="default" onClick={() => void copy()}>
              {copied ? "Copied" : "Copy the draft"}
            </Button>
            <Button variant="default" onClick={onDiscard}>
              Discard the draft
            </Button>
            <Button onClick={onRetry}>Open the editor again</Button>
          </>
        }
      />
      <ErrorNote title="What the browser said" error={error} />
      <div className={classes.rescue}>
        <label htmlFor="draft" className={classes.label}>
          Draft, as plain text
        </label>
        <textarea
          id="draft"
          className={`${classes.text} mono`}
          spellCheck={false}
          autoComplete="off"
          value={draft.text}
          onChange={(event) => {
            setCopied(false);
            draft.write(event.currentTarget.value);
          }}
        />
      </div>
    </>
  );
}
