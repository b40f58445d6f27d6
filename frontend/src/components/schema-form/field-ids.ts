import type { WidgetProps } from "@rjsf/utils";

export const labelId = (id: string): string => `${id}__label`;
export const helpId = (id: string): string => `${id}__help`;
export const errorId = (id: string): string => `${id}__error`;

type Described = Pick<WidgetProps, "id" | "schema" | "rawErrors" | "required">;

/** What ties a control to its help and its error. */
export function ariaOf({ id, schema, rawErrors, required }: Described) {
  const broken = (rawErrors?.length ?? 0) > 0;
  const described = [schema.description && helpId(id), broken && errorId(id)].filter(Boolean).join(" ");
  return {
    "aria-describedby": described || undefined,
    "aria-invalid": broken || undefined,
    "aria-required": required || undefined,
  };
}
