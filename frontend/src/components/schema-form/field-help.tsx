/** What a field says of itself before anything is wrong. */
import type { ReactNode } from "react";

import type { FieldSchema } from "@/types/form-schema";
import type { ControlKind } from "./field-kinds";
import { zoneWords } from "./widgets/moments";

/** The author's help, and below it the hints. */
export function helpOf({ description }: FieldSchema, hints: readonly (string | undefined)[]): ReactNode {
  const hint = hints.filter(Boolean).join(", ");
  if (!description || !hint) return description ?? (hint || undefined);
  return (
    <>
      {description}
      <br />
      {hint}
    </>
  );
}

export function hintWords(kind: ControlKind, schema: FieldSchema, value: unknown): string {
  const words = {
    number: () => [rangeWords(schema.minimum, schema.maximum), stepWords(schema)],
    dated: () => [rangeWords(schema["x-min"], schema["x-max"])],
    zoned: () => [zoneWords(value), rangeWords(schema["x-min"], schema["x-max"])],
  };
  const sort = SORTS[kind];
  return sort ? words[sort]().filter(Boolean).join(", ") : "";
}

const SORTS: Partial<Record<ControlKind, "number" | "dated" | "zoned">> = {
  whole: "number",
  decimal: "number",
  slider: "number",
  date: "dated",
  duration: "dated",
  time: "zoned",
  datetime: "zoned",
};

function rangeWords(least?: number | bigint | string, most?: number | bigint | string): string {
  if (least !== undefined && most !== undefined) return `${least} to ${most}`;
  if (least !== undefined) return `${least} or more`;
  return most === undefined ? "" : `${most} or less`;
}

function stepWords({ multipleOf }: FieldSchema): string {
  return multipleOf === undefined || multipleOf === 1 ? "" : `in steps of ${multipleOf}`;
}
