import { useNavigate, useSearchParams } from "react-router";

import { ErrorNote } from "@/components/error-note";
import { PageHeader } from "@/components/page-header";
import { PageSkeleton } from "@/components/page-skeleton";
import { PageTitle } from "@/components/page-title";
import { NewJobForm } from "@/features/jobs/components/new-job-form";
import { useTemplateForm } from "@/features/templates/api/get-form";
import { useTemplate } from "@/features/templates/api/get-template";
import { ChosenTemplate } from "@/features/templates/components/chosen-template";
import { TemplatePicker } from "@/features/templates/components/template-picker";
import { paths } from "@/lib/paths";
import classes from "./create-job.module.css";

/** First which template, then its form; the choice is in the address, so that a form can be linked to. */
export function CreateJobRoute() {
  const [params] = useSearchParams();
  const type = params.get("template");
  return (
    <div className={classes.page}>
      <PageTitle text="Create job" />
      <PageHeader title="Create job" />
      {type ? <FormStep key={type} type={type} /> : <TemplatePicker />}
    </div>
  );
}

function FormStep({ type }: { type: string }) {
  const template = useTemplate(type);
  const form = useTemplateForm(type);
  const navigate = useNavigate();
  const error = template.error ?? form.error;
  const retry = (): void => {
    void template.refetch();
    void form.refetch();
  };
  if (template.data && form.data) {
    return (
      <>
        <ChosenTemplate template={template.data} />
        <NewJobForm template={template.data} form={form.data} onCreated={(job) => void navigate(paths.job(job.job_id))} />
      </>
    );
  }
  return error ? <ErrorNote title={`The form of ${type} could not be read`} error={error} onRetry={retry} /> : <PageSkeleton />;
}
