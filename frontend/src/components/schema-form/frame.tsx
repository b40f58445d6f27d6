import { Checkbox } from "@mantine/core";
import type { ReactNode } from "react";

import type { FieldProps } from "./field";
import { isNullable, labelOf } from "./field-kinds";
import { useForm } from "./form-context";
import { attrOf } from "./form-values";
import classes from "./schema-form.module.css";

/** Around the fields of an object and the items of a list: title, words, help, and what is wrong with it as a whole. */
export function Frame({ path, name, schema, value, required, empty, children }: FieldProps & { empty: unknown; children: ReactNode }) {
  const { set, told } = useForm();
  const id = attrOf(path);
  const error = told.find(({ attr }) => attr === id)?.detail;
  // An item of a list is taken away, not left empty.
  const mayStayEmpty = schema.properties && schema.default === undefined && typeof path.at(-1) === "string";
  const words = [required ? "Required" : mayStayEmpty && "Optional: may stay empty", schema.deprecated && "Deprecated"].filter(Boolean).join(", ");
  const described = [error && `${id}-error`, schema.description && `${id}-help`].filter(Boolean).join(" ");
  return (
    <fieldset id={id} className={classes.group} data-wide aria-describedby={described || undefined}>
      <legend>
        {labelOf(schema, name)} {words && <span className={classes.required}>{words}</span>}
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
          aria-label={`No value for ${labelOf(schema, name)}`}
          checked={value === null}
          onChange={(event) => set(path, event.currentTarget.checked ? null : empty)}
        />
      )}
      {(value !== null || !isNullable(schema)) && children}
    </fieldset>
  );
}
