import { TextInput } from "@mantine/core";
import { IconChevronRight, IconSearch, IconTemplateOff } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router";

import { EmptyState } from "@/components/empty-state";
import { ErrorNote } from "@/components/error-note";
import { PageSkeleton } from "@/components/page-skeleton";
import { paths } from "@/lib/paths";
import type { Template } from "@/types/api";
import { useTemplates } from "../api/list-templates";
import { getTemplateLabel, isEnabled } from "../template-text";
import classes from "./template-picker.module.css";

/** The search field appears from this number of templates on. */
const MIN_SEARCHABLE = 8;

/** Lists the enabled templates whose jobs users may create. System jobs are not listed. */
export function TemplatePicker() {
  const templates = useTemplates();
  const [searchText, setSearchText] = useState("");
  if (templates.isPending) return <PageSkeleton />;
  if (!templates.data) {
    return <ErrorNote title="The templates could not be read" error={templates.error} onRetry={() => void templates.refetch()} />;
  }
  const available = templates.data.filter((template) => template.userTriggered && isEnabled(template));
  const found = available.filter((template) => matchesSearch(template, searchText));
  if (available.length === 0) return <NoTemplates />;
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
      <ul className={classes.list} aria-label="Templates">
        {found.map((template) => (
          <li key={template.type}>
            <Choice template={template} />
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className={classes.none}>No template matches “{searchText}”.</p>}
    </>
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

function NoTemplates() {
  return (
    <EmptyState icon={<IconTemplateOff size={26} />} title="No template to create a job from">
      Import a template file under <Link to={paths.templates}>Templates</Link>; those with userTriggered are offered here.
    </EmptyState>
  );
}

function matchesSearch(template: Template, wanted: string): boolean {
  const words = `${getTemplateLabel(template)} ${template.type} ${template.description ?? ""}`.toLowerCase();
  return words.includes(wanted.trim().toLowerCase());
}
