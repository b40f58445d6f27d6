import { TextInput } from "@mantine/core";
import { IconChevronRight, IconSearch, IconTemplateOff } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router";

import { EmptyState } from "@/components/empty-state";
import { ErrorNote } from "@/components/error-note";
import { PageSkeleton } from "@/components/page-skeleton";
import { getRights, useMayStoreTemplates } from "@/lib/job-rights";
import { paths } from "@/lib/paths";
import type { Template } from "@/types/api";
import { useTemplates } from "@/lib/templates";
import { getTemplateLabel, isEnabled } from "../template-text";
import classes from "./template-picker.module.css";

/** The search field appears from this number of templates on. */
const MIN_SEARCHABLE = 8;

/** Lists the enabled templates of which the user may create jobs; system templates are in a closed section. */
export function TemplatePicker() {
  const templates = useTemplates();
  const [searchText, setSearchText] = useState("");
  if (templates.isPending) return <PageSkeleton />;
  if (!templates.data) {
    return <ErrorNote title="The templates could not be read" error={templates.error} onRetry={() => void templates.refetch()} />;
  }
  const available = templates.data.filter((template) => getRights(template).create && isEnabled(template));
  const found = available.filter((template) => matchesSearch(template, searchText));
  if (available.length === 0) return <NoTemplates areOthers={templates.data.length > 0} />;
  return (
    <>
      {available.length >= MIN_SEARCHABLE && (
        <TextInput
          className={classes.search}
          type="search"
          aria-label="Search templates"
          placeholder="Search templates"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={searchText}
          onChange={(event) => setSearchText(event.currentTarget.value)}
        />
      )}
      <Choices label="Templates" templates={found.filter(({ userTriggered }) => userTriggered)} />
      <SystemTemplates templates={found.filter(({ userTriggered }) => !userTriggered)} open={searchText.trim() !== ""} />
      {found.length === 0 && <p className={classes.none}>No template matches “{searchText}”.</p>}
    </>
  );
}

function Choices({ label, templates }: { label: string; templates: Template[] }) {
  if (templates.length === 0) return null;
  return (
    <ul className={classes.list} aria-label={label}>
      {templates.map((template) => (
        <li key={template.type}>
          <Choice template={template} />
        </li>
      ))}
    </ul>
  );
}

/** Those that run by themselves: a job of one is rarely made by hand. A search opens the section. */
function SystemTemplates({ templates, open }: { templates: Template[]; open: boolean }) {
  if (templates.length === 0) return null;
  return (
    <details key={String(open)} open={open} className={classes.system}>
      <summary>{templates.length === 1 ? "1 system template, which runs by itself" : `${templates.length} system templates, which run by themselves`}</summary>
      <Choices label="System templates" templates={templates} />
    </details>
  );
}

function Choice({ template }: { template: Template }) {
  return (
    <Link to={paths.createJob(template.type)} className={classes.choice}>
      <span className={classes.words}>
        <span className={classes.label}>{getTemplateLabel(template)}</span>
        <span className={classes.type}>{template.type}</span>
        {template.description && <span className={classes.description}>{template.description}</span>}
      </span>
      <IconChevronRight size={18} aria-hidden />
    </Link>
  );
}

/** `areOthers`: there are templates, but none of which the user may create jobs now. */
function NoTemplates({ areOthers }: { areOthers: boolean }) {
  const mayStore = useMayStoreTemplates();
  return (
    <EmptyState icon={<IconTemplateOff size={26} />} title="No template to create a job from">
      {mayStore ? (
        <>
          Import a template file under <Link to={paths.templates}>Templates</Link>; those that are enabled are offered here.
        </>
      ) : (
        <>
          {areOthers ? "You may run none of them" : "You may see none"}: ask an admin for a grant with the right to run those that you need.
        </>
      )}
    </EmptyState>
  );
}

function matchesSearch(template: Template, wanted: string): boolean {
  const words = `${getTemplateLabel(template)} ${template.type} ${template.description ?? ""}`.toLowerCase();
  return words.includes(wanted.trim().toLowerCase());
}
