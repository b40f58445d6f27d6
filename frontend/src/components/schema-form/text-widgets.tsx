import { Input } from "@mantine/core";
import type { FieldProps, WidgetProps } from "@rjsf/utils";
import { useState, type KeyboardEvent } from "react";

import classes from "./schema-form.module.css";

export function TextWidget(props: WidgetProps) {
  const { id, schema, placeholder, disabled, readonly, required, options, onChange, onBlur } = props;
  const value: unknown = props.value;
  const kind = [schema.type].flat().find((type) => type !== "null");
  const numeric = kind === "integer" || kind === "number";
  const read = numeric ? readNumber : (text: string): unknown => text;
  const [typed, setTyped] = useState("");
  const unit: unknown = options.unit;
  return (
    <Input
      id={id}
      // "1." and "1.50" stay on the screen as typed as long as they mean the value.
      value={typed !== "" && read(typed) === value ? typed : textOf(value)}
      inputMode={kind === "integer" ? "numeric" : kind === "number" ? "decimal" : undefined}
      autoComplete="off"
      placeholder={placeholder}
      disabled={disabled}
      readOnly={readonly}
      required={required}
      rightSection={typeof unit === "string" ? unit : undefined}
      error={Boolean(props.rawErrors?.length)}
      onChange={(event) => {
        const text = event.currentTarget.value;
        setTyped(text);
        onChange(text === "" ? undefined : read(text));
      }}
      onBlur={() => onBlur(id, value)}
    />
  );
}

export function TextareaWidget(props: WidgetProps) {
  const { id, placeholder, disabled, readonly, required, onChange, onBlur } = props;
  const value: unknown = props.value;
  return (
    <Input
      component="textarea"
      multiline
      classNames={{ input: classes.textarea }}
      id={id}
      value={textOf(value)}
      placeholder={placeholder}
      disabled={disabled}
      readOnly={readonly}
      required={required}
      error={Boolean(props.rawErrors?.length)}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
      onKeyDown={sendByCtrlEnter}
      onBlur={() => onBlur(id, value)}
    />
  );
}

/** Enter alone makes a new line in a text area. */
export function sendByCtrlEnter(event: KeyboardEvent<HTMLTextAreaElement>): void {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit();
}

/** The library's own number field rounds digits beyond 2^53; ours leaves reading to the widget. */
export function PlainNumberField(props: FieldProps) {
  const { StringField } = props.registry.fields;
  return StringField ? <StringField {...props} /> : null;
}

/** A number if the text is one that travels exactly; the text itself otherwise, for the check to refuse. */
function readNumber(text: string): number | string {
  const trimmed = text.trim();
  if (!/^-?\d+(\.\d+)?$/.test(trimmed)) return trimmed;
  const number = Number(trimmed);
  return Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : trimmed;
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
