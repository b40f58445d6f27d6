import { useDebouncedValue } from "@mantine/hooks";
import { useMemo, useState } from "react";

import { ApiError } from "@/lib/api-error";
import { toJson } from "@/lib/json";
import { findOffset, getLineAndColumn, type Place } from "@/lib/json-places";
import { formatJsonProblem, readPlacedJson, type PlacedReading } from "@/lib/json-reader";
import { showToast } from "@/lib/toast";
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
/** The preview is requested after a pause of this length in typing. */
const DEBOUNCE_MS = 200;

/** A problem with its place in the text. */
export type PlacedProblem = Problem & Place & { offset: number };

/** The last document that had a form; `key` changes with the form. */
export type GoodPreview = { text: string; form: TemplateForm; warnings: readonly Problem[]; nextRuns: readonly NextStart[]; key: string };

/** Whether the preview is of the current text (fresh), about to be (updating), or of an older one without problems (stale). */
export type Freshness = "fresh" | "updating" | "stale";

export type Editor = {
  problems: readonly PlacedProblem[];
  /** The last text that was valid JSON. */
  lastReadable: string;
  preview: GoodPreview | null;
  freshness: Freshness;
  /** The error of the preview request. */
  previewError: Error | null;
  retryPreview: () => void;
  saving: ReturnType<typeof useSaveTemplate>;
  /** `replaces`: the version that may be replaced, if it is not the one that the draft was made from. */
  save: (options?: { replaces?: number; pinIncompatible?: boolean }) => void;
};

/** Holds the state of the template editor: the debounced preview, the problems with their places, and saving. */
export function useEditor(template: Template | undefined, draft: DraftState, onSaved: (saved: Template) => void): Editor {
  const saving = useSaveTemplate();
  const reading = useMemo(() => readPlacedJson(draft.text), [draft.text]);
  const [debouncedText] = useDebouncedValue(reading.problem ? null : draft.text, DEBOUNCE_MS);
  const [lastReadable, setLastReadable] = useState("");
  if (debouncedText !== null && debouncedText !== lastReadable) setLastReadable(debouncedText);
  const previewQuery = useTemplatePreview(debouncedText, template?.type);
  const latest = previewQuery.data;
  const [lastGood, setLastGood] = useState<GoodPreview | null>(null);
  // While the next preview is loading, `latest` is the placeholder: the preview of the previous text.
  if (latest?.form && debouncedText !== null && !previewQuery.isPlaceholderData && lastGood?.form !== latest.form) {
    setLastGood({ text: debouncedText, form: latest.form, warnings: latest.warnings, nextRuns: latest.next_runs, key: toJson(latest.form) });
  }
  const refusedProblems = saving.error instanceof ApiError && saving.error.status === 400 ? saving.error.problems : [];
  const documentProblems = latest?.problems ?? [];
  const previewError = reading.problem ? null : previewQuery.error;
  const isStale = reading.problem !== null || documentProblems.length > 0 || previewError !== null;

  const save: Editor["save"] = ({ replaces, pinIncompatible } = {}) => {
    if (saving.isPending) return;
    if (reading.problem) {
      showToast("bad", `Not saved. ${formatJsonProblem(reading.problem)}`);
      return;
    }
    const version = replaces ?? draft.version;
    const target = template && version !== null ? { type: template.type, version } : null;
    saving.mutate(
      { text: draft.text, replaces: target, ...(pinIncompatible && { pinIncompatible }) },
      {
        onSuccess: (saved) => {
          draft.restart({ text: draft.text, version: saved.meta.version });
          onSaved(saved);
        },
      },
    );
  };
  return {
    problems: placeProblems(draft.text, reading, documentProblems.length > 0 ? documentProblems : refusedProblems),
    lastReadable,
    preview: lastGood,
    freshness: isStale ? "stale" : lastGood?.text === draft.text ? "fresh" : "updating",
    previewError,
    retryPreview: () => void previewQuery.refetch(),
    saving,
    save,
  };
}

/** Makes a draft from a stored template, or from a blank document. */
export function makeDraft(template: Template | undefined): Draft {
  if (!template) return { text: BLANK, version: null };
  const document = Object.fromEntries(Object.entries(template).filter(([key]) => key !== "meta"));
  return { text: toJson(document, 2), version: template.meta.version };
}

/** Adds the places to the problems. If the text is no valid JSON, that is the only problem. */
function placeProblems(text: string, { problem, places }: PlacedReading, problems: readonly Problem[]): PlacedProblem[] {
  if (problem) return [{ code: "json", detail: problem.why, attr: null, ...problem }];
  return problems.map((one) => {
    const offset = findOffset(places, one.attr ?? "");
    return { ...one, ...getLineAndColumn(text, offset), offset };
  });
}
