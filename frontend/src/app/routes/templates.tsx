import { PageHeader } from "@/components/page-header";
import { PageTitle } from "@/components/page-title";
import { TemplateFileActions } from "@/features/templates/components/template-file-actions";
import { TemplateList } from "@/features/templates/components/template-list";

export function TemplatesRoute() {
  return (
    <>
      <PageTitle text="Templates" />
      <PageHeader title="Templates" actions={<TemplateFileActions />} />
      <TemplateList />
    </>
  );
}
