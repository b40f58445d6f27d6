import { useMemo, useState } from "react";

import { whenReleased } from "@/lib/when-released";
import type { JsonObject, Problem } from "@/types/api";
import type { FieldSchema, UiSchema } from "@/types/form-schema";
import { answeredNow, isTold, isWithin, problemsIn } from "./form-problems";
import { draftOf, filledIn, payloadOf, withValue, type Path } from "./form-values";
import { readPayload, textOf, type ReadPayload } from "./payload-text";
import { changeWords, valuesNotShown } from "./shown-fields";

export type FormShape = { schema: FieldSchema; uiSchema: UiSchema; initial: JsonObject };

export type FormState = {
  values: JsonObject;
  payload: JsonObject;
  /** All that is wrong, and the part of it that is told by now. */
  problems: Problem[];
  told: Problem[];
  tried: boolean;
  /** The JSON view's text; null while the fields are shown. */
  text: string | null;
  /** The latest change that only sight would notice. */
  said: string;
  say: (words: string) => void;
  set: (path: Path, value: unknown) => void;
  /** A field was left: from now on its problem is told, if it has one. */
  leave: (attr: string) => void;
  type: (text: string) => void;
  /** False if the text must be mended first. */
  show: (view: "form" | "json") => boolean;
  reset: () => void;
  noteTry: () => void;
};

/** The JSON view's text and what it means: read once, when it is written. */
type Written = { text: string; read: ReadPayload };

/** `start` is what the fields begin with, `answered` what the server found wrong in what was sent. */
export function useFormState(shape: FormShape, start: JsonObject | undefined, answered: readonly Problem[]): FormState {
  const { schema, uiSchema, initial } = shape;
  const [values, setValues] = useState<JsonObject>(() => filledIn(schema, { ...initial, ...start }));
  const [written, setWritten] = useState<Written | null>(null);
  // Values that came from elsewhere are judged at once.
  const [left, setLeft] = useState<ReadonlySet<string>>(() => new Set(Object.keys(start ?? {}).map((name) => `payload.${name}`)));
  const [sent, setSent] = useState<JsonObject | null>(null);
  const [said, say] = useState("");

  const draft = useMemo(() => written?.read ?? { value: draftOf(schema, uiSchema, values), problem: undefined }, [schema, uiSchema, values, written]);
  const payload = useMemo(() => payloadOf(draft.value ?? {}), [draft]);
  const problems = useMemo(() => (draft.problem ? [draft.problem] : problemsIn(schema, draft.value)), [schema, draft]);
  const mine = problems.filter((problem) => sent !== null || written !== null || isTold(problem, left));
  const theirs = answeredNow(answered, payload, sent).filter(({ attr }) => attr === null || !mine.some((one) => one.attr === attr));

  /** Secrets, which the text does not show, are those of `known`. */
  const write = (text: string, known = values): ReadPayload => {
    const read = readPayload(schema, text, known);
    setWritten({ text, read });
    return read;
  };
  const fill = (next: JsonObject): void => {
    const words = changeWords(schema, values, next);
    setValues(next);
    if (words) say(words);
  };
  return {
    values,
    payload,
    problems,
    told: [...mine, ...theirs],
    tried: sent !== null,
    text: written?.text ?? null,
    said,
    say,
    set: (path, value) => fill(withValue(values, path, value) as JsonObject),
    leave: (attr) =>
      whenReleased(() => setLeft((old) => withMember(old, attr, problems.some((problem) => isWithin(problem.attr, attr))))),
    type: (typed) => {
      const { value } = write(typed);
      // Keys that are not in the text take their defaults, in the form as at the server.
      if (value) setValues(filledIn(schema, { ...initial, ...valuesNotShown(schema, values), ...value }));
    },
    show: (view) => {
      if (draft.problem) return false;
      if (view === "json") write(textOf(schema, payload));
      else setWritten(null);
      return true;
    },
    reset: () => {
      const defaults = filledIn(schema, initial);
      setValues(defaults);
      if (written !== null) write(textOf(schema, payloadOf(draftOf(schema, uiSchema, defaults))), defaults);
      setLeft(new Set());
      setSent(null);
      say("All fields are back at their defaults.");
    },
    noteTry: () => setSent(payload),
  };
}

function withMember(set: ReadonlySet<string>, member: string, there: boolean): ReadonlySet<string> {
  if (set.has(member) === there) return set;
  return there ? new Set([...set, member]) : new Set([...set].filter((one) => one !== member));
}
