// The styles of what only forms use come with the form.
import "@mantine/core/styles/Radio.css";
import "@mantine/core/styles/Switch.css";

import { VisuallyHidden } from "@mantine/core";
import { useEffect, useEffectEvent, useRef, type KeyboardEvent, type ReactNode } from "react";

import { ProblemSummary, type ProblemSummaryHandle } from "@/components/problem-summary";
import { own } from "@/lib/json";
import type { JsonObject, Problem } from "@/types/api";
import { FormContextProvider } from "./form-context";
import { labelAt } from "./form-problems";
import { FormToolbar } from "./form-toolbar";
import { JsonTwin } from "./json-twin";
import classes from "./schema-form.module.css";
import { Sections } from "./sections";
import { useFormState, type FormShape } from "./use-form-state";

export type SchemaFormProps = FormShape & {
  /** What the fields begin with where it is not `initial`; it is judged at once. */
  start?: JsonObject | undefined;
  /** What the server refused; shown at the fields (by `attr`) and in the summary until the form is sent again. */
  problems?: readonly Problem[];
  /** Names of the further fields among the children, by `attr`. */
  labels?: Readonly<Record<string, string>>;
  onChange?: (payload: JsonObject) => void;
  onSubmit?: (payload: JsonObject) => void;
  /** Further tools beside the switch between form and JSON. */
  tools?: (payload: JsonObject) => ReactNode;
  /** More fields and the buttons, inside the same form. */
  children?: ReactNode;
};

const NONE: readonly Problem[] = [];

/**
 * A form from a JSON Schema, with the same payload as JSON beside it. Fields are checked when left, then on each change while
 * they are wrong; the server checks everything again. Elements have their problem's `attr` as id (`payload.user_id`).
 */
export function SchemaForm({ schema, uiSchema, initial, start, problems = NONE, labels = {}, children, ...on }: SchemaFormProps) {
  const form = useFormState({ schema, uiSchema, initial }, start, problems);
  const summary = useRef<ProblemSummaryHandle>(null);
  const element = useRef<HTMLFormElement>(null);
  useTellChanges(form.payload, on.onChange);

  const submit = (): void => {
    form.noteTry();
    if (form.problems.length > 0) summary.current?.focus();
    else on.onSubmit?.(form.payload);
  };
  const show = (view: "form" | "json"): void => {
    if (!form.show(view)) element.current?.querySelector("textarea")?.focus();
  };
  return (
    <div className={classes.form}>
      <ProblemSummary
        ref={summary}
        problems={form.tried ? form.told : NONE}
        labelOf={(attr) => own(labels, attr) ?? labelAt(schema, attr)}
        answered={problems}
      />
      <FormToolbar form={form} onShow={show}>
        {on.tools?.(form.payload)}
      </FormToolbar>
      <form
        ref={element}
        className={classes.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
        onKeyDown={sendByCtrlEnter}
      >
        <FormContextProvider value={form}>
          {form.text === null ? (
            <Sections schema={schema} uiSchema={uiSchema} values={form.values} />
          ) : (
            <JsonTwin text={form.text} problems={form.told} onType={form.type} />
          )}
        </FormContextProvider>
        {children}
      </form>
      <VisuallyHidden role="status">{form.said}</VisuallyHidden>
    </div>
  );
}

function useTellChanges(payload: JsonObject, onChange: ((payload: JsonObject) => void) | undefined): void {
  const tell = useEffectEvent((now: JsonObject) => onChange?.(now));
  useEffect(() => tell(payload), [payload]);
}

/** From any field, also from a text area, where Enter alone makes a new line. */
function sendByCtrlEnter(event: KeyboardEvent<HTMLFormElement>): void {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  event.currentTarget.requestSubmit();
}
