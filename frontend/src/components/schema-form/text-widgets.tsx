import { Textarea, TextInput } from "@mantine/core";
import type { FieldProps, WidgetProps } from "@rjsf/utils";
import { useState } from "react";

import { ariaOf } from "./field-ids";

export function TextWidget(props: WidgetProps) {
  const { id, schema, placeholder, disabled, readonly, options, onChange, onBlur } = props;
  const value: unknown = props.value;
  const kind = [schema.type].flat().find((type) => type !== "null");
  const numeric = kind === "integer" || kind === "number";
  const read = numeric ? readNumber : (text: string): unknown => text;
  const [typed, setTyped] = useState("");
  const unit: unknown = options.unit;
  return (
    <TextInput
      {...ariaOf(props)}
      id={id}
      // "1." and "1.50" stay on the screen as typed as long as they mean the value.
      value={typed !== "" && read(typed) === value ? typed : textOf(value)}
      inputMode={kind === "integer" ? "numeric" : kind === "number" ? "decimal" : undefined}
      autoComplete="off"
      placeholder={placeholder}
      disabled={disabled}
      readOnly={readonly}
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
  const { id, placeholder, disabled, readonly, onChange, onBlur } = props;
  const value: unknown = props.value;
  return (
    <Textarea
      {...ariaOf(props)}
      id={id}
      value={textOf(value)}
      autosize
      minRows={3}
      maxRows={16}
      placeholder={placeholder}
      disabled={disabled}
      readOnly={readonly}
      error={Boolean(props.rawErrors?.length)}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
      onBlur={() => onBlur(id, value)}
    />
  );
}

/** The library's own number field rounds digits beyond 2^53; ours leaves reading to the widget. */
export function PlainNumberField(props: FieldProps) {
  const { StringField } = props.registry.fields;
  return StringField ? <StringField {...props} /> : null;
}

/** A number if the text is one that travels exactly; the text itself otherwise, for the check to refuse. */
export function readNumber(text: string): number | string {
  const trimmed = text.trim();
  if (!/^-?\d+(\.\d+)?$/.test(trimmed)) return trimmed;
  const number = Number(trimmed);
  return Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : trimmed;
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
