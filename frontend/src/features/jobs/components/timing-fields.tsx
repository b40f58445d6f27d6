import { TextInput } from "@mantine/core";

import type { JsonObject, Problem, Template } from "@/types/api";
import type { NewJob } from "../api/create-job";
import classes from "./new-job-form.module.css";

/** As typed; empty is the template's own. */
export type Timing = { startIn: string; priority: string };

export const noTiming: Timing = { startIn: "", priority: "" };

/** By the API's names. */
export const timingLabels = { start_in_seconds: "Start in (seconds)", priority: "Priority" };

type TimingFieldsProps = {
  template: Template;
  timing: Timing;
  problems: readonly Problem[];
  onChange: (timing: Timing) => void;
};

/** Ids are the API's names, so that its problems find their field. */
export function TimingFields({ template, timing, problems, onChange }: TimingFieldsProps) {
  const errorOf = (attr: string): string | undefined => problems.find((problem) => problem.attr === attr)?.detail;
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
        error={errorOf("start_in_seconds")}
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
        error={errorOf("priority")}
        onChange={(event) => onChange({ ...timing, priority: event.currentTarget.value })}
      />
    </div>
  );
}

export function newJobOf(jobType: string, payload: JsonObject, timing: Timing): NewJob {
  return {
    job_type: jobType,
    payload,
    ...(timing.startIn.trim() && { start_in_seconds: asTyped(timing.startIn) }),
    ...(timing.priority.trim() && { priority: asTyped(timing.priority) }),
  };
}

/** What is no number is sent as it is: the server says what is wrong with it, at its field. */
function asTyped(text: string): number | string {
  const number = Number(text.trim());
  return Number.isFinite(number) ? number : text.trim();
}
