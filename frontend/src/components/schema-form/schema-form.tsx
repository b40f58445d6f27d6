// These Mantine styles are used only by forms, so they are loaded with the form.
import "@mantine/core/styles/Radio.css";
import "@mantine/core/styles/Switch.css";

import { Button, VisuallyHidden } from "@mantine/core";
import { useEffect, useEffectEvent, useRef, type KeyboardEvent, type ReactNode } from "react";

import { ProblemSummary, type ProblemSummaryHandle } from "@/components/problem-summary";
import { getOwn } from "@/lib/json";
import type { JsonObject, Problem } from "@/types/api";
import { FormContextProvider } from "./form-context";
import { findLabel } from "./form-problems";
import { PayloadJsonField } from "./payload-json-field";
import classes from "./schema-form.module.css";
import { Sections } from "./sections";
import { useFormState, type FormShape, type FormState } from "./use-form-state";

export type SchemaFormProps = FormShape & {
  /** Values that replace those of `initial` at the start. They are validated at once. */
  start?: JsonObject | undefined;
  /** The server's problems; shown at their fields (by `attr`) and in the summary until the form is submitted again. */
  problems?: readonly Problem[];
  /** Labels of further fields among the children, by `attr`. */
  labels?: Readonly<Record<string, string>>;
  onChange?: (payload: JsonObject) => void;
  onSubmit?: (payload: JsonObject) => void;
  /** Renders further buttons beside the switch between form and JSON. */
  tools?: (payload: JsonObject) => ReactNode;
  /** Further fields and the buttons, inside the same form element. */
  children?: ReactNode;
};

const NO_PROBLEMS: readonly Problem[] = [];

/**
 * A form made from a JSON Schema, with a second view of the payload as JSON. A field is validated when it is left, then on
 * each change while it has a problem; the server validates everything again. Each field's element has its problem's `attr`
 * as id (`payload.user_id`).
 */
export function SchemaForm({ schema, uiSchema, initial, start, problems = NO_PROBLEMS, labels = {}, children, ...on }: SchemaFormProps) {
  const form = useFormState({ schema, uiSchema, initial }, start, problems);
  const summary = useRef<ProblemSummaryHandle>(null);
  const element = useRef<HTMLFormElement>(null);
  useReportChanges(form.payload, on.onChange);

  const submit = (): void => {
    form.markSubmitted();
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
        problems={form.isSubmitted ? form.visibleProblems : NO_PROBLEMS}
        findLabel={(attr) => getOwn(labels, attr) ?? findLabel(schema, attr)}
        serverProblems={problems}
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
        onKeyDown={submitOnCtrlEnter}
      >
        <FormContextProvider value={form}>
          {form.text === null ? (
            <Sections schema={schema} uiSchema={uiSchema} values={form.values} />
          ) : (
            <PayloadJsonField text={form.text} problems={form.visibleProblems} onType={form.type} />
          )}
        </FormContextProvider>
        {children}
      </form>
      <VisuallyHidden role="status">{form.announcement}</VisuallyHidden>
    </div>
  );
}

function useReportChanges(payload: JsonObject, onChange: ((payload: JsonObject) => void) | undefined): void {
  const report = useEffectEvent((now: JsonObject) => onChange?.(now));
  useEffect(() => report(payload), [payload]);
}

/** Submits the form on Ctrl+Enter from any field, also from a text area, where Enter alone makes a new line. */
function submitOnCtrlEnter(event: KeyboardEvent<HTMLFormElement>): void {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  event.currentTarget.requestSubmit();
}

type FormToolbarProps = { form: FormState; onShow: (view: "form" | "json") => void; children: ReactNode };

function FormToolbar({ form, onShow, children }: FormToolbarProps) {
  const asJson = form.text !== null;
  return (
    <div className={classes.toolbar}>
      <div role="group" aria-label="View" className={classes.views}>
        <button type="button" aria-pressed={!asJson} onClick={() => asJson && onShow("form")}>
          Form
        </button>
        <button type="button" aria-pressed={asJson} onClick={() => !asJson && onShow("json")}>
          JSON
        </button>
      </div>
      <div className={classes.tools}>
        {children}
        <Button variant="subtle" size="compact-sm" onClick={form.reset}>
          Reset to defaults
        </Button>
      </div>
    </div>
  );
}
