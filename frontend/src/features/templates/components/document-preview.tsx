import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { memo } from "react";

import { CrashBoundary } from "@/components/crash-boundary";
import { ErrorNote } from "@/components/error-note";
import { JsonView } from "@/components/json-view";
import { NextStarts } from "@/components/next-starts";
import { Panel } from "@/components/panel";
import { SchemaForm } from "@/components/schema-form/schema-form";
import type { JsonObject } from "@/types/api";
import { previewTemplate } from "../api/preview-template";
import type { Freshness, GoodPreview } from "../use-editor";
import { ProblemItem } from "./problem-item";
import classes from "./template-editor.module.css";

type DocumentPreviewProps = { preview: GoodPreview; jobType: string | undefined; freshness: Freshness };

const FRESHNESS: Record<Freshness, string> = {
  fresh: "",
  updating: "of a moment ago",
  stale: "of the last document without problems",
};

/** Shows the form of the last valid document. It is memoised, so that typing renders it again only when it changes. */
export const DocumentPreview = memo(function DocumentPreview({ preview, jobType, freshness }: DocumentPreviewProps) {
  return (
    <Panel title="Preview" aside={FRESHNESS[freshness]}>
      {preview.warnings.length > 0 && (
        <ul className={classes.warnings} aria-label="Warnings">
          {preview.warnings.map((problem, index) => (
            <ProblemItem key={index} problem={problem} />
          ))}
        </ul>
      )}
      {preview.nextRuns.length > 0 && (
        <>
          <p className={classes.heading}>Its next runs, if it is saved now:</p>
          <NextStarts starts={preview.nextRuns} what="Next runs" />
        </>
      )}
      {/* The key resets the form, its typed values and a crash when the document makes another form. */}
      <CrashBoundary key={preview.key} fallback={(error) => <ErrorNote title="This form cannot be drawn here" error={error} />}>
        <Trial text={preview.text} jobType={jobType} form={preview.form} />
      </CrashBoundary>
    </Panel>
  );
});

type TrialProps = Pick<GoodPreview, "text" | "form"> & { jobType: string | undefined };

/** The form, with a button that validates the filled-in payload on the server without creating a job. */
function Trial({ text, jobType, form }: TrialProps) {
  const trial = useMutation({ mutationFn: (payload: JsonObject) => previewTemplate(text, jobType, payload) });
  const errors = trial.data?.trial?.errors;
  const accepted = trial.data?.trial?.payload ?? null;
  return (
    <>
      <SchemaForm
        schema={form.schema}
        uiSchema={form.ui_schema}
        initial={form.initial}
        {...(errors && { problems: errors })}
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
    </>
  );
}
