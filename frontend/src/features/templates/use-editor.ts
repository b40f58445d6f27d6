import { useDebouncedValue } from "@mantine/hooks";
import { useMemo, useState } from "react";

import { ApiError } from "@/lib/api-error";
import { toJson } from "@/lib/json";
import { JsonError, readJson } from "@/lib/json-reader";
import type { Template, TemplatePreview } from "@/types/api";
import { useTemplatePreview } from "./api/preview-template";
import { useSaveTemplate } from "./api/save-template";
import type { PlacedProblem } from "./components/document-text";
import { useDraft, type Draft, type DraftState } from "./use-draft";

const BLANK = `{
  "type": "my_job",
  "label": "My job",
  "startInSeconds": 0,
  "userTriggered": true,
  "rescheduleAfterTermination": false,
  "payload_schema": {
    "name": {"type": "string", "required": true, "maxLength": 40}
  },
  "payload": {"name": "world"}
}
`;
/** Typing goes on while the server looks; this long a pause is worth a look. */
const PAUSE_MS = 200;

export type Editor = {
  draft: DraftState;
  problems: readonly PlacedProblem[];
  preview: TemplatePreview | null;
  /** The preview is of an older text, since this one has problems. */
  stale: boolean;
  saving: ReturnType<typeof useSaveTemplate>;
  /** `over`: the version that may be replaced, if it is not the one the draft began from. */
  save: (options?: { over?: number; pinMisfits?: boolean }) => void;
};

export function useEditor(template: Template | undefined, onSaved: (saved: Template) => void): Editor {
  const draft = useDraft(template?.type ?? "", storedDraft(template));
  const saving = useSaveTemplate();
  const syntax = useMemo(() => syntaxProblem(draft.text), [draft.text]);
  const [seen] = useDebouncedValue(syntax ? null : draft.text, PAUSE_MS);
  const preview = useTemplatePreview(seen, template?.type);
  const [good, setGood] = useState<TemplatePreview | null>(null);
  const latest = preview.data ?? null;
  if (latest?.form && latest !== good) setGood(latest);

  const refused = saving.error instanceof ApiError && saving.error.status === 400 ? saving.error.problems : [];
  const told = latest?.problems ?? [];
  const problems = syntax ? [syntax] : told.length > 0 ? told : refused;
  const save: Editor["save"] = ({ over, pinMisfits } = {}) => {
    if (syntax || saving.isPending) return;
    const version = over ?? draft.version;
    const target = template && version !== null ? { type: template.type, version } : null;
    saving.mutate(
      { text: draft.text, over: target, ...(pinMisfits && { pinMisfits }) },
      {
        onSuccess: (saved) => {
          draft.restart({ text: draft.text, version: saved.meta.version });
          onSaved(saved);
        },
      },
    );
  };
  return { draft, problems, preview: good, stale: syntax !== null || told.length > 0, saving, save };
}

export function storedDraft(template: Template | undefined): Draft {
  if (!template) return { text: BLANK, version: null };
  const document = Object.fromEntries(Object.entries(template).filter(([key]) => key !== "meta"));
  return { text: toJson(document, 2), version: template.meta.version };
}

function syntaxProblem(text: string): PlacedProblem | null {
  try {
    readJson(text);
    return null;
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    return { code: "json", detail: error.message, attr: null, line: error.line };
  }
}
