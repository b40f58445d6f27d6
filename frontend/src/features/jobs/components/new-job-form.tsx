import { Button } from "@mantine/core";
import { useMemo, useRef, useState } from "react";

import { SchemaForm } from "@/components/schema-form/schema-form";
import { ApiError, describeError } from "@/lib/api-error";
import { randomKey } from "@/lib/random-key";
import { toast } from "@/lib/toast";
import type { Job, JsonObject, Problem, Template, TemplateForm } from "@/types/api";
import { useCreateJob, type NewJob } from "../api/create-job";
import classes from "./new-job-form.module.css";
import { newJobOf, noTiming, TimingFields, timingLabels } from "./timing-fields";

type NewJobFormProps = { template: Template; form: TemplateForm; onCreated: (job: Job) => void };

export function NewJobForm({ template, form, onCreated }: NewJobFormProps) {
  const create = useCreateJob();
  const keyFor = useIdempotencyKey();
  const [timing, setTiming] = useState(noTiming);
  const problems = useMemo(() => problemsIn(create.error), [create.error]);

  const submit = (payload: JsonObject): void => {
    if (create.isPending || create.isSuccess) return;
    const job = newJobOf(template.type, payload, timing);
    create.mutate(
      { job, idempotencyKey: keyFor(job) },
      {
        onSuccess: (created) => {
          toast("good", `${created.job_type} was created`);
          onCreated(created);
        },
      },
    );
  };

  return (
    <div className={classes.card}>
      <SchemaForm
        schema={form.schema}
        uiSchema={form.ui_schema}
        initial={form.initial}
        problems={problems}
        labels={timingLabels}
        onSubmit={submit}
      >
        <TimingFields template={template} timing={timing} problems={problems} onChange={setTiming} />
        <div className={classes.actions}>
          <Button type="submit" loading={create.isPending}>
            Create job
          </Button>
        </div>
      </SchemaForm>
    </div>
  );
}

/** The same fill-in keeps its key, however often it is sent; another one gets another. */
function useIdempotencyKey(): (job: NewJob) => string {
  const last = useRef({ body: "", key: "" });
  return (job) => {
    const body = JSON.stringify(job);
    if (last.current.body !== body) last.current = { body, key: randomKey() };
    return last.current.key;
  };
}

function problemsIn(error: Error | null): readonly Problem[] {
  if (!error) return [];
  if (error instanceof ApiError && error.problems.length > 0) return error.problems;
  return [{ code: "unavailable", detail: describeError(error), attr: null }];
}
