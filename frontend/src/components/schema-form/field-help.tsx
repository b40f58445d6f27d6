/** The help text below a field. */
import { VisuallyHidden } from "@mantine/core";
import type { ReactNode } from "react";

import type { FieldSchema } from "@/types/form-schema";
import type { ControlKind } from "./field-kinds";
import { describeZone, splitTime } from "./widgets/moments";

/** Renders the author's help and the limits. The unit is for screen readers: it is visible beside the control. */
export function renderHelp({ description }: FieldSchema, limits: string, unit: string | undefined): ReactNode {
  if (!description && !limits && !unit) return undefined;
  return (
    <>
      {description}
      {description && limits && <br />}
      {limits}
      {unit && <VisuallyHidden component="span"> in {unit}</VisuallyHidden>}
    </>
  );
}

/** Describes the range, the step and the time zone of a field; empty for kinds without limits. */
export function describeLimits(kind: ControlKind, schema: FieldSchema, value: unknown): string {
  const formatters = {
    number: () => [formatRange(schema.minimum, schema.maximum), formatStep(schema)],
    dated: () => [formatRange(schema["x-min"], schema["x-max"])],
    time: () => [splitTime(value).zone.replace("Z", "UTC"), formatRange(schema["x-min"], schema["x-max"])],
    moment: () => [describeZone(value), formatRange(schema["x-min"], schema["x-max"])],
  };
  const limitKind = LIMIT_KINDS[kind];
  return limitKind ? formatters[limitKind]().filter(Boolean).join(", ") : "";
}

const LIMIT_KINDS: Partial<Record<ControlKind, "number" | "dated" | "time" | "moment">> = {
  whole: "number",
  decimal: "number",
  slider: "number",
  date: "dated",
  duration: "dated",
  time: "time",
  datetime: "moment",
};

function formatRange(min?: number | bigint | string, max?: number | bigint | string): string {
  if (min !== undefined && max !== undefined) return `${min} to ${max}`;
  if (min !== undefined) return `${min} or more`;
  return max === undefined ? "" : `${max} or less`;
}

function formatStep({ multipleOf }: FieldSchema): string {
  return multipleOf === undefined || multipleOf === 1 ? "" : `in steps of ${multipleOf}`;
}
