import { IconTemplate } from "@tabler/icons-react";
import { Link } from "react-router";

import { DataTable, Soft, type Column } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { ErrorNote } from "@/components/error-note";
import { PageSkeleton } from "@/components/page-skeleton";
import { Time } from "@/components/time";
import { useMayStoreTemplates } from "@/lib/job-rights";
import { paths } from "@/lib/paths";
import type { Template } from "@/types/api";
import { useTemplates } from "@/lib/templates";
import { describeTiming, getTemplateLabel } from "../template-text";
import { TemplateFlags } from "./template-flags";
import classes from "./template-list.module.css";

export function TemplateList() {
  const templates = useTemplates();
  if (templates.isPending) return <PageSkeleton />;
  if (!templates.data) {
    return <ErrorNote title="The templates could not be read" error={templates.error} onRetry={() => void templates.refetch()} />;
  }
  return (
    <div className={classes.list}>
      {templates.data.length > 0 ? <DataTable label="Templates" columns={COLUMNS} rows={templates.data} getKey={({ type }) => type} /> : <NoTemplates />}
    </div>
  );
}

const COLUMNS: Column<Template>[] = [
  {
    title: "Template",
    cell: (template) => (
      <>
        <Link to={paths.template(template.type)} className={classes.label}>
          {getTemplateLabel(template)}
        </Link>
        <TemplateFlags template={template} />
        <Soft>
          <code>{template.type}</code>
        </Soft>
      </>
    ),
  },
  { title: "Started by", cell: ({ userTriggered }) => <span>{userTriggered ? "People" : "The system"}</span> },
  { title: "Runs", cell: (template) => <span>{describeTiming(template)}</span> },
  { title: "Version", cell: ({ meta }) => <span>{meta.version}</span> },
  {
    title: "Changed",
    cell: ({ meta }) => (
      <span>
        <Time at={meta.updated_at} /> by {meta.updated_by}
      </span>
    ),
  },
];

function NoTemplates() {
  const mayStore = useMayStoreTemplates();
  return (
    <EmptyState icon={<IconTemplate size={26} />} title={mayStore ? "No templates yet" : "No templates that you may see"}>
      A template names a job type, the fields of its payload and when it runs.{" "}
      {mayStore ? "Import a file of them to begin." : "Ask an admin for a grant on those that you need."}
    </EmptyState>
  );
}
