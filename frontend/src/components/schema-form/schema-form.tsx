// Not from the package's front door: that one also loads its test helpers, which need a validator that is not installed.
import Form from "@rjsf/core/lib/components/Form.js";
import { ErrorSchemaBuilder, type ErrorSchema, type RJSFSchema, type UiSchema } from "@rjsf/utils";
import { useMemo, useRef, useState, type ReactNode } from "react";

import { ProblemSummary, type ProblemSummaryHandle } from "@/components/problem-summary";
import { whenReleased } from "@/lib/when-released";
import type { JsonObject, Problem } from "@/types/api";
import { labelsOf, payloadOf, problemsOf, visibleSchema, visibleValues } from "./form-shape";
import { fields, templates, widgets } from "./form-theme";
import classes from "./schema-form.module.css";
import { branchValidator } from "./validator";

type SchemaFormProps = {
  schema: RJSFSchema;
  uiSchema: UiSchema;
  initial: JsonObject;
  /** What the server refused; shown at the fields (by `attr`) and in the summary until the form is sent again. */
  problems: readonly Problem[];
  onSubmit: (payload: JsonObject) => void;
  /** Names of the further fields among the children, by `attr`. */
  labels: Readonly<Record<string, string>>;
  /** More fields and the buttons, inside the same form. */
  children: ReactNode;
};

/**
 * A form from a JSON Schema: the only place that knows which library draws it. Fields are checked when left, then on each
 * change; the server checks everything again. Elements have their problem's `attr` as id (`payload.user_id`).
 */
export function SchemaForm({ schema, uiSchema, initial, problems, onSubmit, labels, children }: SchemaFormProps) {
  const shape = useMemo(() => visibleSchema(schema, uiSchema), [schema, uiSchema]);
  const start = useMemo(() => visibleValues(shape, initial), [shape, initial]);
  const [values, setValues] = useState(start);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [sent, setSent] = useState<{ tried: boolean; values: JsonObject | null }>({ tried: false, values: null });
  const summary = useRef<ProblemSummaryHandle>(null);

  const payload = payloadOf(values, start);
  const mine = problemsOf(shape, payload).filter(({ attr }) => sent.tried || (attr !== null && left.has(attr)));
  // The server judged what was sent; a field changed since then is not what it spoke of.
  const theirs = problems.filter(({ attr }) => !attr?.startsWith("payload.") || unchanged(attr, values, sent.values));
  const shown = [...mine, ...theirs.filter(({ attr }) => attr === null || !mine.some((one) => one.attr === attr))];

  const submit = (): void => {
    setSent({ tried: true, values });
    if (problemsOf(shape, payload).length > 0) summary.current?.focus();
    else onSubmit(payload);
  };

  return (
    <div className={classes.form}>
      <ProblemSummary ref={summary} problems={sent.tried ? shown : []} labels={{ ...labelsOf(shape), ...labels }} answered={problems} />
      <Form
        schema={shape}
        uiSchema={uiSchema}
        formData={values}
        validator={branchValidator}
        fields={fields}
        templates={templates}
        widgets={widgets}
        idPrefix="payload"
        idSeparator="."
        noHtml5Validate
        showErrorList={false}
        extraErrors={errorSchemaOf(shown)}
        formContext={{ groups: uiSchema["ui:groups"] as unknown }}
        onChange={({ formData }: { formData?: JsonObject }) => setValues(formData ?? {})}
        onBlur={(id) => whenReleased(() => setLeft((old) => (old.has(id) ? old : new Set([...old, id]))))}
        onSubmit={submit}
      >
        {children}
      </Form>
    </div>
  );
}

function errorSchemaOf(problems: readonly Problem[]): ErrorSchema {
  const builder = new ErrorSchemaBuilder();
  for (const { attr, detail } of problems) {
    const [root, ...path] = attr?.split(".") ?? [];
    if (root === "payload" && path.length > 0) builder.addErrors(detail, path);
  }
  return builder.ErrorSchema;
}

function unchanged(attr: string, now: JsonObject, sent: JsonObject | null): boolean {
  const name = attr.split(".")[1] ?? "";
  return sent === null || now[name] === sent[name];
}
