import { Button, Checkbox } from "@mantine/core";
import { useMemo, useState } from "react";
import { Link } from "react-router";

import { getLabel } from "@/components/schema-form/field-kinds";
import { maskSecrets } from "@/components/schema-form/payload-text";
import { SchemaForm } from "@/components/schema-form/schema-form";
import { ApiError, describeError } from "@/lib/api-error";
import { getOwn, isSameJson } from "@/lib/json";
import { paths } from "@/lib/paths";
import { showToast } from "@/lib/toast";
import type { Job, JsonObject, Problem, Template, TemplateForm } from "@/types/api";
import type { FieldSchema } from "@/types/form-schema";
import { buildRequest, useNewJob } from "../use-new-job";
import { CurlButton } from "./curl-button";
import classes from "./new-job-form.module.css";
import { buildNewJob, noTiming, TimingFields, timingLabels } from "./timing-fields";

type NewJobFormProps = {
  template: Template;
  form: TemplateForm;
  /** Values that replace the template's defaults at the start. */
  start?: JsonObject | undefined;
  rerunOf?: Job | undefined;
  onCreated: (job: Job) => void;
};

export function NewJobForm({ template, form, start, rerunOf, onCreated }: NewJobFormProps) {
  const newJob = useNewJob(rerunOf);
  const [timing, setTiming] = useState(noTiming);
  const [another, setAnother] = useState(false);
  const [payload, setPayload] = useState<JsonObject>({});
  const problems = useMemo(() => toProblems(newJob.error), [newJob.error]);

  const submit = (filled: JsonObject): void =>
    newJob.send({
      job: buildNewJob(template.type, filled, timing),
      onCreated: (created) => {
        showToast("good", `${created.job_type} was created`);
        if (!another) onCreated(created);
      },
    });
  const curl = (filled: JsonObject) => <CurlButton {...buildRequest(buildNewJob(template.type, maskSecrets(form.schema, filled), timing), rerunOf)} />;

  return (
    <div className={classes.card}>
      {rerunOf && <RerunNote job={rerunOf} schema={form.schema} payload={payload} />}
      <SchemaForm
        schema={form.schema}
        uiSchema={form.ui_schema}
        initial={form.initial}
        start={start}
        problems={problems}
        labels={timingLabels}
        tools={curl}
        onChange={setPayload}
        onSubmit={submit}
      >
        {!rerunOf && <TimingFields template={template} timing={timing} problems={problems} onChange={setTiming} />}
        <div className={classes.actions}>
          <Checkbox label="Create another" checked={another} onChange={(event) => setAnother(event.currentTarget.checked)} />
          <Button type="submit" loading={newJob.isPending}>
            {rerunOf ? "Re-run" : "Create job"}
          </Button>
        </div>
      </SchemaForm>
    </div>
  );
}

function toProblems(error: Error | null): readonly Problem[] {
  if (!error) return [];
  if (error instanceof ApiError && error.problems.length > 0) return error.problems;
  return [{ code: "unavailable", detail: describeError(error), attr: null }];
}

type RerunNoteProps = { job: Job; schema: FieldSchema; payload: JsonObject };

/** Shows which job is run again and which fields were changed. */
function RerunNote({ job, schema, payload }: RerunNoteProps) {
  const changed = listChangedFields(schema, job.payload ?? {}, payload).map((name) => getLabel(getOwn(schema.properties, name) ?? {}, name));
  return (
    <p className={classes.note}>
      A re-run of <Link to={paths.job(job.job_id)}>{job.job_id}</Link>.{" "}
      {changed.length > 0 ? `Changed: ${changed.join(", ")}.` : "Nothing is changed yet."}
    </p>
  );
}

function listChangedFields(schema: FieldSchema, before: JsonObject, after: JsonObject): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => getOwn(schema.properties, name)?.readOnly !== true && !isSameJson(getOwn(before, name), getOwn(after, name)));
}
