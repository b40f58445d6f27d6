import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";

import { ErrorNote } from "@/components/error-note";
import { JsonView } from "@/components/json-view";
import { Panel } from "@/components/panel";
import { SchemaForm } from "@/components/schema-form/schema-form";
import { toJson } from "@/lib/json";
import type { JsonObject, Problem, TemplateForm } from "@/types/api";
import { previewTemplate } from "../api/preview-template";
import { ProblemItem } from "./problem-item";
import classes from "./template-editor.module.css";

type DocumentPreviewProps = { text: string; jobType: string | undefined; form: TemplateForm; warnings: readonly Problem[]; stale: boolean };

/** The form as people will get it; what they fill in can be tried, and no job comes of it. */
export function DocumentPreview({ text, jobType, form, warnings, stale }: DocumentPreviewProps) {
  const trial = useMutation({ mutationFn: (payload: JsonObject) => previewTemplate(text, jobType, payload) });
  const errors = trial.data?.trial?.errors ?? [];
  const accepted = trial.data?.trial?.payload ?? null;
  return (
    <Panel title="Preview" aside={stale && "of the last document without problems"}>
      {warnings.length > 0 && (
        <ul className={classes.warnings} aria-label="Warnings">
          {warnings.map((problem, index) => (
            <ProblemItem key={index} problem={problem} />
          ))}
        </ul>
      )}
      {/* Another form is another form: what was typed into the old one belongs to its fields. */}
      <SchemaForm
        key={toJson(form)}
        schema={form.schema}
        uiSchema={form.ui_schema}
        initial={form.initial}
        problems={errors}
        onChange={trial.reset}
        onSubmit={(payload) => trial.mutate(payload)}
      >
        <div className={classes.actions}>
          <Button type="submit" variant="default" loading={trial.isPending}>
            Try this payload
          </Button>
        </div>
      </SchemaForm>
      {trial.error && <ErrorNote title="The payload could not be tried" error={trial.error} />}
      <div role="status">{accepted && <p className={classes.heading}>A job would be created, with this payload:</p>}</div>
      {accepted && <JsonView value={accepted} what="the payload of the trial" />}
    </Panel>
  );
}
