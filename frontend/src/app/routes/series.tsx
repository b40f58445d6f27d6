import { PageHeader } from "@/components/page-header";
import { PageTitle } from "@/components/page-title";
import { SeriesList } from "@/features/series/components/series-list";
import { useTemplates } from "@/features/templates/api/list-templates";
import { templateLabel } from "@/features/templates/template-words";

export function SeriesRoute() {
  const templates = useTemplates();
  const labels = new Map(templates.data?.map((template) => [template.type, templateLabel(template)]));
  return (
    <>
      <PageTitle text="Series" />
      <PageHeader title="Series" />
      <SeriesList labels={labels} />
    </>
  );
}
