import { useMemo } from "react";
import { useNavigate, useSearchParams } from "react-router";

import { ErrorNote } from "@/components/error-note";
import { MissingRight } from "@/components/missing-right";
import { PageHeader } from "@/components/page-header";
import { PageSkeleton } from "@/components/page-skeleton";
import { PageTitle } from "@/components/page-title";
import { unlockFields } from "@/components/schema-form/unlock-fields";
import { readAddressValues, readPayloadValues } from "@/components/schema-form/prefill";
import { useJob } from "@/features/jobs/api/get-job";
import { NewJobForm } from "@/features/jobs/components/new-job-form";
import { useTemplateForm } from "@/features/templates/api/get-form";
import { ChosenTemplate } from "@/features/templates/components/chosen-template";
import { TemplatePicker } from "@/features/templates/components/template-picker";
import { getTemplateLabel } from "@/features/templates/template-text";
import { describeMissingRight, getRights } from "@/lib/job-rights";
import { paths } from "@/lib/paths";
import { useTemplate } from "@/lib/templates";
import type { Job, JsonObject, Template } from "@/types/api";
import type { FieldSchema } from "@/types/form-schema";
import classes from "./create-job.module.css";

/** Lets the user choose a template, then shows its form. The choice is in the address, so that forms can be linked. */
export function CreateJobRoute() {
  const [params] = useSearchParams();
  const type = params.get("template");
  return (
    <div className={classes.page}>
      <PageTitle text="Create job" />
      <PageHeader title="Create job" />
      {type ? <FormStep key={params.toString()} type={type} params={params} /> : <TemplatePicker />}
    </div>
  );
}

function FormStep({ type, params }: { type: string; params: URLSearchParams }) {
  const template = useTemplate(type);
  const form = useTemplateForm(type);
  const rerunOf = params.get("rerun_of") ?? undefined;
  const old = useJob(rerunOf);
  const navigate = useNavigate();
  const missing = template.data && findMissingRight(template.data, old.data);
  const error = template.error ?? form.error ?? old.error;
  const retry = (): void => {
    void template.refetch();
    void form.refetch();
    if (rerunOf) void old.refetch();
  };
  const ready = template.data && form.data && (!rerunOf || old.data);
  const mayEdit = template.data !== undefined && getRights(template.data).edit;
  const shown = useMemo(() => (form.data && mayEdit ? { ...form.data, schema: unlockFields(form.data.schema) } : form.data), [form.data, mayEdit]);
  const start = useMemo(() => shown && buildStartValues(shown.schema, params, old.data), [shown, params, old.data]);
  if (missing) {
    return (
      <MissingRight wholePage={false} title={missing.title} back={{ to: paths.template(type), label: "Show the template" }}>
        {missing.words}
      </MissingRight>
    );
  }
  if (ready && shown) {
    return (
      <>
        <ChosenTemplate template={template.data} />
        <NewJobForm
          template={template.data}
          form={shown}
          start={start}
          rerunOf={old.data}
          onCreated={(job) => void navigate(paths.job(job.job_id))}
        />
      </>
    );
  }
  return error ? <ErrorNote title={`The form of ${type} could not be read`} error={error} onRetry={retry} /> : <PageSkeleton />;
}

/** Returns what the user may not do here, and the right that is missing; undefined if nothing is. */
function findMissingRight(template: Template, old: Job | undefined): { title: string; words: string } | undefined {
  const rights = getRights(template);
  const title = `You may not run ${getTemplateLabel(template)}`;
  if (!rights.run) return { title, words: describeMissingRight("run", template.type) };
  if (!rights.create) return { title, words: `A system template runs by itself. ${describeMissingRight("edit", template.type)}` };
  if (old?.hidden) return { title: "You may not run this job again", words: describeMissingRight("read", template.type) };
  return undefined;
}

/** Combines the values of the old job and of the address; those of the address win. */
function buildStartValues(schema: FieldSchema, params: URLSearchParams, old: Job | undefined): JsonObject | undefined {
  const fromAddress = readAddressValues(schema, params);
  return old?.payload ? { ...readPayloadValues(schema, old.payload), ...fromAddress } : fromAddress;
}
