import { useParams } from "react-router";

import { ErrorNote } from "@/components/error-note";
import { MissingRight } from "@/components/missing-right";
import { PageSkeleton } from "@/components/page-skeleton";
import { PageTitle } from "@/components/page-title";
import { TemplateEditor } from "@/features/templates/components/template-editor";
import { describeMissingRight, getRights, useMayStoreTemplates } from "@/lib/job-rights";
import { paths } from "@/lib/paths";
import { useTemplate, useTemplates } from "@/lib/templates";
import type { Template } from "@/types/api";

export function EditTemplateRoute() {
  const { type = "" } = useParams();
  const template = useTemplate(type);
  return (
    <>
      <PageTitle text={`Edit ${type}`} />
      {template.data ? <EditorIfAllowed key={type} template={template.data} /> : !template.error && <PageSkeleton />}
      {template.error && !template.data && (
        <ErrorNote title={`The template ${type} could not be read`} error={template.error} onRetry={() => void template.refetch()} />
      )}
    </>
  );
}

function EditorIfAllowed({ template }: { template: Template }) {
  const { type } = template;
  if (getRights(template).edit) return <TemplateEditor template={template} />;
  return (
    <MissingRight title={`You may not edit ${type}`} back={{ to: paths.template(type), label: "Show the template" }}>
      {describeMissingRight("edit", type)}
    </MissingRight>
  );
}

export function NewTemplateRoute() {
  const templates = useTemplates();
  const mayStore = useMayStoreTemplates();
  return (
    <>
      <PageTitle text="New template" />
      {mayStore ? <TemplateEditor /> : templates.isPending ? <PageSkeleton /> : <NoEditor />}
    </>
  );
}

function NoEditor() {
  return (
    <MissingRight title="You may not make templates" back={{ to: paths.templates, label: "Go to templates" }}>
      Editors make them, and those with a grant to edit some: ask an admin for either.
    </MissingRight>
  );
}
