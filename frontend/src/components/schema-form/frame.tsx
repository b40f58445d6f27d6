import { Checkbox } from "@mantine/core";
import type { ReactNode } from "react";

import type { FieldProps } from "./field";
import { getLabel, isNullable } from "./field-kinds";
import { useForm } from "./form-context";
import { toAttr } from "./form-values";
import classes from "./schema-form.module.css";

/** The frame around the fields of an object or the items of a list: title, help, and the error of the whole. */
export function Frame({ path, name, schema, value, required, empty, children }: FieldProps & { empty: unknown; children: ReactNode }) {
  const { set, visibleProblems } = useForm();
  const id = toAttr(path);
  const error = visibleProblems.find(({ attr }) => attr === id)?.detail;
  // An item of a list is removed, not left empty.
  const mayStayEmpty = schema.properties && schema.default === undefined && typeof path.at(-1) === "string";
  const words = [required ? "Required" : mayStayEmpty && "Optional: may stay empty", schema.deprecated && "Deprecated"].filter(Boolean).join(", ");
  const described = [error && `${id}-error`, schema.description && `${id}-help`].filter(Boolean).join(" ");
  return (
    <fieldset id={id} className={classes.group} data-wide aria-describedby={described || undefined}>
      <legend>
        {getLabel(schema, name)} {words && <span className={classes.required}>{words}</span>}
      </legend>
      {error && (
        <p id={`${id}-error`} className={classes.error}>
          {error}
        </p>
      )}
      {schema.description && (
        <p id={`${id}-help`} className={classes.help}>
          {schema.description}
        </p>
      )}
      {isNullable(schema) && (
        <Checkbox
          id={`${id}-null`}
          size="xs"
          label="No value"
          aria-label={`No value for ${getLabel(schema, name)}`}
          checked={value === null}
          onChange={(event) => set(path, event.currentTarget.checked ? null : empty)}
        />
      )}
      {(value !== null || !isNullable(schema)) && children}
    </fieldset>
  );
}
