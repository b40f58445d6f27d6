import { Input } from "@mantine/core";
import type { FieldTemplateProps, ObjectFieldTemplateProps } from "@rjsf/utils";
import type { ReactNode } from "react";

import { labelId } from "./field-ids";
import classes from "./schema-form.module.css";

/** Label, control, help and error of one field. The form's root and a checkbox bring their own words. */
export function FieldTemplate({ id, label, required, schema, rawErrors, hidden, children }: FieldTemplateProps) {
  if (hidden) return null;
  if (id === "payload") return children;
  const ownLabel = schema.type === "boolean";
  return (
    <div className={classes.field}>
      {!ownLabel && (
        <div className={classes.head}>
          <label id={labelId(id)} htmlFor={id} className={classes.label}>
            {label}
          </label>
          {required && <span className={classes.required}>Required</span>}
        </div>
      )}
      <Input.Wrapper
        id={id}
        classNames={{ description: classes.help, error: classes.error }}
        inputWrapperOrder={["input", "description", "error"]}
        description={schema.description}
        error={rawErrors?.join(". ")}
      >
        {children}
      </Input.Wrapper>
    </div>
  );
}

type Group = { title: string; help?: string; fields: string[] };

/** The fields in order; those of a group below its title. */
export function ObjectFieldTemplate({ properties, registry }: ObjectFieldTemplateProps) {
  const groups = groupsOf(registry.formContext);
  const grouped = new Set(groups.flatMap((group) => group.fields));
  const content = (names: (name: string) => boolean): ReactNode =>
    properties.filter((property) => names(property.name)).map((property) => property.content);
  return (
    <>
      {content((name) => !grouped.has(name))}
      {groups.map((group) => (
        <fieldset key={group.title} className={classes.group}>
          <legend>{group.title}</legend>
          {group.help && <p className={classes.groupHelp}>{group.help}</p>}
          {content((name) => group.fields.includes(name))}
        </fieldset>
      ))}
    </>
  );
}

function groupsOf(context: unknown): Group[] {
  const groups: unknown = typeof context === "object" && context !== null && "groups" in context ? context.groups : [];
  return Array.isArray(groups) ? (groups as Group[]) : [];
}
