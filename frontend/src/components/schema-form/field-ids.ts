import type { WidgetProps } from "@rjsf/utils";

/** The ids that Mantine's Input.Wrapper gives to the help and the error of the field `id`. */
const helpId = (id: string): string => `${id}-description`;
const errorId = (id: string): string => `${id}-error`;

export const labelId = (id: string): string => `${id}-label`;

type Described = Pick<WidgetProps, "id" | "schema" | "rawErrors">;

/** What ties a group of controls to its label, help and error. Single inputs get this from their wrapper. */
export function groupAria({ id, schema, rawErrors }: Described) {
  const broken = (rawErrors?.length ?? 0) > 0;
  const described = [schema.description && helpId(id), broken && errorId(id)].filter(Boolean).join(" ");
  return { "aria-labelledby": labelId(id), "aria-describedby": described || undefined, "aria-invalid": broken || undefined };
}
