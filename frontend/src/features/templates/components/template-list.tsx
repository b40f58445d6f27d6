import { IconTemplate } from "@tabler/icons-react";
import { Link } from "react-router";

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
      {templates.data.length > 0 ? <Table templates={templates.data} /> : <NoTemplates />}
    </div>
  );
}

function Table({ templates }: { templates: Template[] }) {
  return (
    <table className={classes.table} role="table" aria-label="Templates">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">
            Template
          </th>
          <th role="columnheader" scope="col">
            Started by
          </th>
          <th role="columnheader" scope="col">
            Runs
          </th>
          <th role="columnheader" scope="col">
            Version
          </th>
          <th role="columnheader" scope="col">
            Changed
          </th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {templates.map((template) => (
          <Row key={template.type} template={template} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ template }: { template: Template }) {
  return (
    <tr role="row" className={classes.row} data-template={template.type}>
      <td role="cell">
        <Link to={paths.template(template.type)} className={classes.label}>
          {getTemplateLabel(template)}
        </Link>
        <TemplateFlags template={template} />
        <span className={classes.type}>{template.type}</span>
      </td>
      <td role="cell">{template.userTriggered ? "People" : "The system"}</td>
      <td role="cell">{describeTiming(template)}</td>
      <td role="cell" data-label="Version">
        {template.meta.version}
      </td>
      <td role="cell" data-label="Changed">
        <Time at={template.meta.updated_at} /> by {template.meta.updated_by}
      </td>
    </tr>
  );
}

function NoTemplates() {
  const mayStore = useMayStoreTemplates();
  return (
    <EmptyState icon={<IconTemplate size={26} />} title={mayStore ? "No templates yet" : "No templates that you may see"}>
      A template names a job type, the fields of its payload and when it runs.{" "}
      {mayStore ? "Import a file of them to begin." : "Ask an admin for a grant on those that you need."}
    </EmptyState>
  );
}
