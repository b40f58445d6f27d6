import { Panel } from "@/components/panel";
import { Time } from "@/components/time";
import { own, toJson } from "@/lib/json";
import type { Template } from "@/types/api";
import { timingWords } from "../template-words";
import classes from "./template-details.module.css";

const SHOWN = [
  "queue", "priority", "maxAttempts", "maxLost", "timeoutSeconds", "freshProcess", "maxConcurrent", "maxRuns", "pauseAfterFailures", "timeZone",
  "onMissed",
];

export function TemplateFacts({ template }: { template: Template }) {
  const { version, updated_at, updated_by } = template.meta;
  return (
    <Panel title="Details">
      <dl className={classes.facts}>
        <dt>Started by</dt>
        <dd>{template.userTriggered ? "People" : "The system"}</dd>
        <dt>Runs</dt>
        <dd>{timingWords(template)}</dd>
        <dt>Version</dt>
        <dd>{version}</dd>
        <dt>Changed</dt>
        <dd>
          <Time at={updated_at} /> by {updated_by}
        </dd>
        {SHOWN.map((key) => (
          <Setting key={key} name={key} value={own(template, key)} />
        ))}
      </dl>
    </Panel>
  );
}

/** Under the document's own key, and only if its author wrote it. */
function Setting({ name, value }: { name: string; value: unknown }) {
  if (value === undefined || value === null) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>{typeof value === "string" ? value : toJson(value)}</dd>
    </>
  );
}
