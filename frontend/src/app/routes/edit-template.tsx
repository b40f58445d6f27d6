import { useParams } from "react-router";

import { ErrorNote } from "@/components/error-note";
import { PageSkeleton } from "@/components/page-skeleton";
import { PageTitle } from "@/components/page-title";
import { useTemplate } from "@/features/templates/api/get-template";
import { TemplateEditor } from "@/features/templates/components/template-editor";

export function EditTemplateRoute() {
  const { type = "" } = useParams();
  const template = useTemplate(type);
  return (
    <>
      <PageTitle text={`Edit ${type}`} />
      {template.data ? <TemplateEditor key={type} template={template.data} /> : !template.error && <PageSkeleton />}
      {template.error && !template.data && (
        <ErrorNote title={`The template ${type} could not be read`} error={template.error} onRetry={() => void template.refetch()} />
      )}
    </>
  );
}

export function NewTemplateRoute() {
  return (
    <>
      <PageTitle text="New template" />
      <TemplateEditor />
    </>
  );
}
