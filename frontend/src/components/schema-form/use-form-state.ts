import { useMemo, useState } from "react";

import type { JsonObject, Problem } from "@/types/api";
import type { FieldSchema, UiSchema } from "@/types/form-schema";
import { collectProblems, isVisible, isWithin, keepCurrentProblems } from "./form-problems";
import { buildDraft, buildPayload, fillDefaults, replaceValueAt, type Path } from "./form-values";
import { formatPayload, parsePayload, type ParsedPayload } from "./payload-text";
import { describeChange, filterHiddenValues } from "./shown-fields";

export type FormShape = { schema: FieldSchema; uiSchema: UiSchema; initial: JsonObject };

export type FormState = {
  values: JsonObject;
  payload: JsonObject;
  /** All problems, and those of them that are shown, with the server's. */
  problems: Problem[];
  visibleProblems: Problem[];
  isSubmitted: boolean;
  /** The JSON view's text; null while the fields are shown. */
  text: string | null;
  /** The latest change as a sentence for screen readers. */
  announcement: string;
  announce: (words: string) => void;
  set: (path: Path, value: unknown) => void;
  /** Notes that a field was left: from now on its problems are shown. */
  leave: (attr: string) => void;
  type: (text: string) => void;
  /** Switches the view. Returns false if the JSON text must be corrected first. */
  show: (view: "form" | "json") => boolean;
  reset: () => void;
  markSubmitted: () => void;
};

/** The text of the JSON view and its parsed payload. It is parsed once, when it changes. */
type JsonText = { text: string; read: ParsedPayload };

/** Holds the state of a form. `start` are its first values, `serverProblems` the problems of the submitted payload. */
export function useFormState(shape: FormShape, start: JsonObject | undefined, serverProblems: readonly Problem[]): FormState {
  const { schema, uiSchema, initial } = shape;
  const [values, setValues] = useState<JsonObject>(() => fillDefaults(schema, { ...initial, ...start }));
  const [jsonText, setJsonText] = useState<JsonText | null>(null);
  // Values from an address or another job are validated at once.
  const [leftFields, setLeftFields] = useState<ReadonlySet<string>>(() => new Set(Object.keys(start ?? {}).map((name) => `payload.${name}`)));
  const [submittedPayload, setSubmittedPayload] = useState<JsonObject | null>(null);
  const [announcement, announce] = useState("");

  const draft = useMemo(() => jsonText?.read ?? { value: buildDraft(schema, uiSchema, values), problem: undefined }, [schema, uiSchema, values, jsonText]);
  const payload = useMemo(() => buildPayload(draft.value ?? {}), [draft]);
  const problems = useMemo(() => (draft.problem ? [draft.problem] : collectProblems(schema, draft.value)), [schema, draft]);
  const clientProblems = problems.filter((problem) => submittedPayload !== null || jsonText !== null || isVisible(problem, leftFields));
  const currentServerProblems = keepCurrentProblems(serverProblems, payload, submittedPayload).filter(({ attr }) => attr === null || !clientProblems.some((one) => one.attr === attr));

  /** Parses and stores a text. Masked secrets take their values from `known`. */
  const writeJson = (text: string, known = values): ParsedPayload => {
    const read = parsePayload(schema, text, known);
    setJsonText({ text, read });
    return read;
  };
  const changeValues = (next: JsonObject): void => {
    const words = describeChange(schema, values, next);
    setValues(next);
    if (words) announce(words);
  };
  return {
    values,
    payload,
    problems,
    visibleProblems: [...clientProblems, ...currentServerProblems],
    isSubmitted: submittedPayload !== null,
    text: jsonText?.text ?? null,
    announcement,
    announce,
    set: (path, value) => changeValues(replaceValueAt(values, path, value) as JsonObject),
    leave: (attr) =>
      runAfterClick(() => setLeftFields((old) => setMembership(old, attr, problems.some((problem) => isWithin(problem.attr, attr))))),
    type: (text) => {
      const { value } = writeJson(text);
      // Keys that are not in the text get their defaults, as on the server.
      if (value) setValues(fillDefaults(schema, { ...initial, ...filterHiddenValues(schema, values), ...value }));
    },
    show: (view) => {
      if (draft.problem) return false;
      if (view === "json") writeJson(formatPayload(schema, payload));
      else setJsonText(null);
      return true;
    },
    reset: () => {
      const defaults = fillDefaults(schema, initial);
      setValues(defaults);
      if (jsonText !== null) writeJson(formatPayload(schema, buildPayload(buildDraft(schema, uiSchema, defaults))), defaults);
      setLeftFields(new Set());
      setSubmittedPayload(null);
      announce("All fields are back at their defaults.");
    },
    markSubmitted: () => setSubmittedPayload(payload),
  };
}

function setMembership(set: ReadonlySet<string>, member: string, isMember: boolean): ReadonlySet<string> {
  if (set.has(member) === isMember) return set;
  return isMember ? new Set([...set, member]) : new Set([...set].filter((one) => one !== member));
}

/**
 * Runs `work` now, or after the current click: a layout change between press and release would make the click miss.
 */
function runAfterClick(work: () => void): void {
  if (document.querySelector(":active") === null) work();
  else window.addEventListener("pointerup", () => window.setTimeout(work), { once: true });
}
