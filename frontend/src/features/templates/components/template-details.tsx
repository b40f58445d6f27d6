import { Button } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link } from "react-router";

import { HiddenContents } from "@/components/hidden-contents";
import { JsonView } from "@/components/json-view";
import { PageHeader } from "@/components/page-header";
import { Panel } from "@/components/panel";
import { useMay } from "@/lib/current-user";
import { getRights } from "@/lib/job-rights";
import { paths } from "@/lib/paths";
import type { Template } from "@/types/api";
import { getTemplateLabel } from "../template-text";
import { RightHolders } from "./right-holders";
import classes from "./template-details.module.css";
import { TemplateFacts } from "./template-facts";
import { TemplateFields } from "./template-fields";
import { TemplateFlags } from "./template-flags";
import { TemplateVersions } from "./template-versions";

/** `timeline`: who changed it, for admins. */
export function TemplateDetails({ template, timeline }: { template: Template; timeline?: ReactNode }) {
  const mayAdminister = useMay("administer");
  return (
    <>
      <PageHeader
        above={<Link to={paths.templates}>Templates</Link>}
        title={
          <>
            {getTemplateLabel(template)} <TemplateFlags template={template} />
          </>
        }
        below={
          <>
            <code>{template.type}</code>
            {template.description && <p className={classes.description}>{template.description}</p>}
          </>
        }
        actions={<TemplateActions template={template} />}
      />
      <div className={classes.columns}>
        <div className={classes.main}>
          {template.meta.hidden ? (
            <HiddenContents jobType={template.type} what="Its fields and default values are hidden from you." />
          ) : (
            <TemplateContents template={template} />
          )}
        </div>
        <div className={classes.side}>
          <TemplateFacts template={template} />
          {mayAdminister && <RightHolders type={template.type} />}
          {!template.meta.hidden && <TemplateVersions type={template.type} />}
          {mayAdminister && timeline}
        </div>
      </div>
    </>
  );
}

function TemplateContents({ template }: { template: Template }) {
  const document = Object.fromEntries(Object.entries(template).filter(([key]) => key !== "meta"));
  return (
    <>
      <TemplateWarnings template={template} />
      <TemplateFields template={template} />
      <Panel title="Document" flush>
        <JsonView value={document} what="the document" />
      </Panel>
    </>
  );
}

/** The buttons of a template, for those who have the rights. */
function TemplateActions({ template }: { template: Template }) {
  const rights = getRights(template);
  return (
    <>
      <Button component={Link} to={paths.jobsOf(template.type)} variant="default">
        Show its jobs
      </Button>
      {rights.edit && (
        <Button component={Link} to={paths.editTemplate(template.type)} variant="default">
          Edit
        </Button>
      )}
      {rights.create && !template.meta.archived && (
        <Button component={Link} to={paths.createJob(template.type)} leftSection={<IconPlayerPlay size={16} aria-hidden />}>
          Run
        </Button>
      )}
    </>
  );
}

function TemplateWarnings({ template }: { template: Template }) {
  const { warnings } = template.meta;
  if (warnings.length === 0) return null;
  return (
    <section className={classes.warnings} aria-label="Warnings">
      <p className={classes.heading}>What its author should know</p>
      <ul>
        {warnings.map((warning, index) => (
          <li key={index}>
            {warning.attr && <code>{warning.attr}: </code>}
            {warning.detail}
          </li>
        ))}
      </ul>
    </section>
  );
}
