import { PageHeader } from "@/components/page-header";
import { PageTitle } from "@/components/page-title";
import { SeriesList } from "@/features/series/components/series-list";
import { useTemplates } from "@/lib/templates";
import { getTemplateLabel } from "@/features/templates/template-text";

export function SeriesRoute() {
  const templates = useTemplates();
  const labels = new Map(templates.data?.map((template) => [template.type, getTemplateLabel(template)]));
  return (
    <>
      <PageTitle text="Series" />
      <PageHeader title="Series" />
      <SeriesList labels={labels} />
    </>
  );
}
