import type { ReactNode } from "react";

import type { FieldHints, FieldSchema } from "@/types/form-schema";
import type { ControlKind } from "./field-kinds";

/** What every control is given; `id` is also what its label, help and error are tied to. */
export type WidgetProps = {
  id: string;
  kind: ControlKind;
  label: string;
  schema: FieldSchema;
  hints: FieldHints;
  value: unknown;
  required: boolean;
  /** "No value" is chosen: the control rests. */
  resting: boolean;
  error: string | undefined;
  /** Help and hints, drawn. */
  help: ReactNode;
  onChange: (value: unknown) => void;
  onLeave: () => void;
};

export const labelIdOf = (id: string): string => `${id}-label`;

/** What all text-like inputs have in common. */
export function inputProps({ id, schema, hints, required, resting, error, onLeave }: WidgetProps) {
  return {
    id,
    required,
    disabled: resting,
    readOnly: schema.readOnly,
    error: error !== undefined,
    placeholder: resting ? "No value" : hints["ui:placeholder"],
    autoComplete: "off",
    onBlur: onLeave,
  };
}

/** What ties a group of controls to its label, help and error; the ids are those of Mantine's wrapper. */
export function groupProps({ id, error, help }: WidgetProps) {
  const described = [error && `${id}-error`, help && `${id}-description`].filter(Boolean).join(" ");
  return { id, "aria-labelledby": labelIdOf(id), "aria-describedby": described || undefined };
}
