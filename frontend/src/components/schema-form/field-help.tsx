/** What a field says of itself before anything is wrong. */
import { VisuallyHidden } from "@mantine/core";
import type { ReactNode } from "react";

import type { FieldSchema } from "@/types/form-schema";
import type { ControlKind } from "./field-kinds";
import { splitTime, zoneWords } from "./widgets/moments";

/** The author's help, and below it the hints. The unit stands beside the control for those who see it. */
export function helpOf({ description }: FieldSchema, hint: string, unit: string | undefined): ReactNode {
  if (!description && !hint && !unit) return undefined;
  return (
    <>
      {description}
      {description && hint && <br />}
      {hint}
      {unit && <VisuallyHidden component="span"> in {unit}</VisuallyHidden>}
    </>
  );
}

export function hintWords(kind: ControlKind, schema: FieldSchema, value: unknown): string {
  const words = {
    number: () => [rangeWords(schema.minimum, schema.maximum), stepWords(schema)],
    dated: () => [rangeWords(schema["x-min"], schema["x-max"])],
    time: () => [splitTime(value).zone.replace("Z", "UTC"), rangeWords(schema["x-min"], schema["x-max"])],
    moment: () => [zoneWords(value), rangeWords(schema["x-min"], schema["x-max"])],
  };
  const sort = SORTS[kind];
  return sort ? words[sort]().filter(Boolean).join(", ") : "";
}

const SORTS: Partial<Record<ControlKind, "number" | "dated" | "time" | "moment">> = {
  whole: "number",
  decimal: "number",
  slider: "number",
  date: "dated",
  duration: "dated",
  time: "time",
  datetime: "moment",
};

function rangeWords(least?: number | bigint | string, most?: number | bigint | string): string {
  if (least !== undefined && most !== undefined) return `${least} to ${most}`;
  if (least !== undefined) return `${least} or more`;
  return most === undefined ? "" : `${most} or less`;
}

function stepWords({ multipleOf }: FieldSchema): string {
  return multipleOf === undefined || multipleOf === 1 ? "" : `in steps of ${multipleOf}`;
}
