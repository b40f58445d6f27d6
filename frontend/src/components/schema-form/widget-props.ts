import type { ReactNode } from "react";

import type { FieldHints, FieldSchema } from "@/types/form-schema";
import type { ControlKind } from "./field-kinds";

/** The props of every control. The ids of its label, help and error are derived from `id`. */
export type WidgetProps = {
  id: string;
  kind: ControlKind;
  label: string;
  schema: FieldSchema;
  hints: FieldHints;
  value: unknown;
  required: boolean;
  /** "No value" is chosen, so the control is disabled. */
  isNull: boolean;
  error: string | undefined;
  /** The rendered help and limits. */
  help: ReactNode;
  onChange: (value: unknown) => void;
  onLeave: () => void;
};

export const getLabelId = (id: string): string => `${id}-label`;

/** Returns the props that all text-like inputs share. */
export function getInputProps({ id, schema, hints, required, isNull, error, onLeave }: WidgetProps) {
  return {
    id,
    required,
    disabled: isNull,
    readOnly: schema.readOnly,
    error: error !== undefined,
    placeholder: isNull ? "No value" : hints["ui:placeholder"],
    autoComplete: "off",
    onBlur: onLeave,
  };
}

/** Returns the props that link a group of controls to its label, help and error. The ids are those of Mantine's wrapper. */
export function getGroupProps({ id, error, help }: WidgetProps) {
  const described = [error && `${id}-error`, help && `${id}-description`].filter(Boolean).join(" ");
  return { id, "aria-labelledby": getLabelId(id), "aria-describedby": described || undefined };
}
