import { TextInput } from "@mantine/core";

import type { JsonObject, Problem, Template } from "@/types/api";
import type { NewJob } from "../api/create-job";
import classes from "./new-job-form.module.css";

/** The typed texts; empty means the template's own value. */
export type Timing = { startIn: string; priority: string };

export const noTiming: Timing = { startIn: "", priority: "" };

/** The labels by the API's names. */
export const timingLabels = { start_in_seconds: "Start in (seconds)", priority: "Priority" };

type TimingFieldsProps = {
  template: Template;
  timing: Timing;
  problems: readonly Problem[];
  onChange: (timing: Timing) => void;
};

/** Fields for delay and priority. Their ids are the API's names, so that problems link to them. */
export function TimingFields({ template, timing, problems, onChange }: TimingFieldsProps) {
  const findError = (attr: string): string | undefined => problems.find((problem) => problem.attr === attr)?.detail;
  const ownPriority = typeof template.priority === "number" ? template.priority : 0;
  return (
    <div className={classes.timing}>
      <TextInput
        id="start_in_seconds"
        label={timingLabels.start_in_seconds}
        description={`Empty: the template's ${template.startInSeconds ?? 0}`}
        placeholder={String(template.startInSeconds ?? 0)}
        inputMode="decimal"
        autoComplete="off"
        inputWrapperOrder={["label", "input", "description", "error"]}
        value={timing.startIn}
        error={findError("start_in_seconds")}
        onChange={(event) => onChange({ ...timing, startIn: event.currentTarget.value })}
      />
      <TextInput
        id="priority"
        label={timingLabels.priority}
        description="0 to 9; higher goes first"
        placeholder={String(ownPriority)}
        inputMode="numeric"
        autoComplete="off"
        inputWrapperOrder={["label", "input", "description", "error"]}
        value={timing.priority}
        error={findError("priority")}
        onChange={(event) => onChange({ ...timing, priority: event.currentTarget.value })}
      />
    </div>
  );
}

/** Builds the request body. Empty timing fields are left out. */
export function buildNewJob(jobType: string, payload: JsonObject, timing: Timing): NewJob {
  return {
    job_type: jobType,
    payload,
    ...(timing.startIn.trim() && { start_in_seconds: parseNumberOrKeep(timing.startIn) }),
    ...(timing.priority.trim() && { priority: parseNumberOrKeep(timing.priority) }),
  };
}

/** Parses a number. Other text is sent unchanged, so that the server reports the problem at its field. */
function parseNumberOrKeep(text: string): number | string {
  const number = Number(text.trim());
  return Number.isFinite(number) ? number : text.trim();
}
