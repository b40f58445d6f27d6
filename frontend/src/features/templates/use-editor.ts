import { useDebouncedValue } from "@mantine/hooks";
import { useMemo, useState } from "react";

import { ApiError } from "@/lib/api-error";
import { toJson } from "@/lib/json";
import { lineAndColumn, placeOf, type Place } from "@/lib/json-places";
import { problemSentence, readPlacedJson, type PlacedReading } from "@/lib/json-reader";
import { toast } from "@/lib/toast";
import type { NextStart, Problem, Template, TemplateForm } from "@/types/api";
import { useTemplatePreview } from "./api/preview-template";
import { useSaveTemplate } from "./api/save-template";
import type { Draft, DraftState } from "./use-draft";

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

/** A problem with the place in the text that it is about. */
export type PlacedProblem = Problem & Place & { offset: number };

/** The last document that made a form; `key` changes with the form. */
export type GoodPreview = { text: string; form: TemplateForm; warnings: readonly Problem[]; nextRuns: readonly NextStart[]; key: string };

/** How the preview stands to the text: made of it, about to be made of it, or of an older one since this one has problems. */
export type Freshness = "fresh" | "updating" | "stale";

export type Editor = {
  problems: readonly PlacedProblem[];
  /** The last text that was JSON. */
  readable: string;
  preview: GoodPreview | null;
  freshness: Freshness;
  /** Why the server could not be asked for a preview. */
  previewError: Error | null;
  askAgain: () => void;
  saving: ReturnType<typeof useSaveTemplate>;
  /** `over`: the version that may be replaced, if it is not the one the draft began from. */
  save: (options?: { over?: number; pinMisfits?: boolean }) => void;
};

export function useEditor(template: Template | undefined, draft: DraftState, onSaved: (saved: Template) => void): Editor {
  const saving = useSaveTemplate();
  const reading = useMemo(() => readPlacedJson(draft.text), [draft.text]);
  const [seen] = useDebouncedValue(reading.problem ? null : draft.text, PAUSE_MS);
  const [readable, setReadable] = useState("");
  if (seen !== null && seen !== readable) setReadable(seen);
  const asked = useTemplatePreview(seen, template?.type);
  const latest = asked.data;
  const [good, setGood] = useState<GoodPreview | null>(null);
  // While the next one is on its way, `latest` is that of the text before.
  if (latest?.form && seen !== null && !asked.isPlaceholderData && good?.form !== latest.form) {
    setGood({ text: seen, form: latest.form, warnings: latest.warnings, nextRuns: latest.next_runs, key: toJson(latest.form) });
  }
  const refused = saving.error instanceof ApiError && saving.error.status === 400 ? saving.error.problems : [];
  const told = latest?.problems ?? [];
  const previewError = reading.problem ? null : asked.error;
  const stale = reading.problem !== null || told.length > 0 || previewError !== null;

  const save: Editor["save"] = ({ over, pinMisfits } = {}) => {
    if (saving.isPending) return;
    if (reading.problem) {
      toast("bad", `Not saved. ${problemSentence(reading.problem)}`);
      return;
    }
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
  return {
    problems: placed(draft.text, reading, told.length > 0 ? told : refused),
    readable,
    preview: good,
    freshness: stale ? "stale" : good?.text === draft.text ? "fresh" : "updating",
    previewError,
    askAgain: () => void asked.refetch(),
    saving,
    save,
  };
}

export function storedDraft(template: Template | undefined): Draft {
  if (!template) return { text: BLANK, version: null };
  const document = Object.fromEntries(Object.entries(template).filter(([key]) => key !== "meta"));
  return { text: toJson(document, 2), version: template.meta.version };
}

/** What keeps the text from being JSON goes before what is wrong with the document. */
function placed(text: string, { problem, places }: PlacedReading, told: readonly Problem[]): PlacedProblem[] {
  if (problem) return [{ code: "json", detail: problem.why, attr: null, ...problem }];
  return told.map((one) => {
    const offset = placeOf(places, one.attr ?? "");
    return { ...one, ...lineAndColumn(text, offset), offset };
  });
}
