import { Panel } from "@/components/panel";
import { Time } from "@/components/time";
import { getOwn, toJson } from "@/lib/json";
import type { Template } from "@/types/api";
import { describeTiming } from "../template-text";
import classes from "./template-details.module.css";

/** The keys of a document that the page shows elsewhere, or in other words. All others are listed as they are. */
const SHOWN_ELSEWHERE = new Set([
  "type", "label", "description", "userTriggered", "rescheduleAfterTermination", "startInSeconds", "crontab", "enabled",
  "payload", "payload_schema", "payload_ui", "meta",
]);

export function TemplateFacts({ template }: { template: Template }) {
  const { version, updated_at, updated_by } = template.meta;
  return (
    <Panel title="Details">
      <dl className={classes.facts}>
        <dt>Started by</dt>
        <dd>{template.userTriggered ? "People" : "The system"}</dd>
        <dt>Runs</dt>
        <dd>{describeTiming(template)}</dd>
        <dt>Version</dt>
        <dd>{version}</dd>
        <dt>Changed</dt>
        <dd>
          <Time at={updated_at} /> by {updated_by}
        </dd>
        {Object.keys(template).filter((key) => !SHOWN_ELSEWHERE.has(key)).map((key) => (
          <Setting key={key} name={key} value={getOwn(template, key)} />
        ))}
      </dl>
    </Panel>
  );
}

/** Shows a setting under its key in the document, if the document has it. */
function Setting({ name, value }: { name: string; value: unknown }) {
  if (value === undefined || value === null) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>{typeof value === "string" ? value : toJson(value)}</dd>
    </>
  );
}
