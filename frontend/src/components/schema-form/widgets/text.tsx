import { Input } from "@mantine/core";

import { getOwn, toJson } from "@/lib/json";
import { getType, isNullable } from "../field-kinds";
import classes from "../schema-form.module.css";
import { getGroupProps, getInputProps, type WidgetProps } from "../widget-props";
import { parseNumber } from "./numbers";
import { useTypedText } from "./use-typed";

const KEYBOARDS: Record<string, "email" | "url"> = { email: "email", uri: "url" };

export function TextWidget(props: WidgetProps) {
  return (
    <Input
      {...getInputProps(props)}
      value={formatText(props.value)}
      inputMode={getOwn(KEYBOARDS, props.schema.format ?? "")}
      onChange={(event) => props.onChange(normalizeText(props, event.currentTarget.value))}
    />
  );
}

export function TextareaWidget(props: WidgetProps) {
  return (
    <Input
      component="textarea"
      multiline
      classNames={{ input: classes.textarea }}
      {...getInputProps(props)}
      value={formatText(props.value)}
      onChange={(event) => props.onChange(normalizeText(props, event.currentTarget.value))}
    />
  );
}

/** A text input, because number inputs drop unreadable text and change their value with the mouse wheel. */
export function NumberWidget(props: WidgetProps) {
  const [text, type] = useTypedText(props.value, { read: parseNumber, show: formatText });
  return (
    <Input
      {...getInputProps(props)}
      value={text}
      inputMode={props.kind === "whole" ? "numeric" : "decimal"}
      onChange={(event) => props.onChange(type(event.currentTarget.value))}
    />
  );
}

/** A slider for a number between two bounds. */
export function SliderWidget(props: WidgetProps) {
  const { schema, value, onChange } = props;
  const { disabled, readOnly, onBlur } = getInputProps(props);
  const [min, max] = [Number(schema.minimum), Number(schema.maximum)];
  return (
    <div className={classes.row}>
      <input
        id={props.id}
        type="range"
        className={classes.slider}
        min={min}
        max={max}
        step={schema.multipleOf ?? (getType(schema) === "integer" ? 1 : "any")}
        value={typeof value === "number" ? value : min}
        disabled={disabled || readOnly}
        aria-describedby={getGroupProps(props)["aria-describedby"]}
        onBlur={onBlur}
        onChange={(event) => onChange(Number(event.currentTarget.value))}
      />
      <output htmlFor={props.id} className={classes.unit}>
        {value === undefined ? "not set" : formatText(value)}
      </output>
    </div>
  );
}

/** Turns an emptied text into "not set", except in nullable fields, where the empty text is a value. */
function normalizeText({ schema }: WidgetProps, text: string): string | undefined {
  return text === "" && !isNullable(schema) ? undefined : text;
}

/** Returns a value as text for an input; empty if it is not set. */
export function formatText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : toJson(value);
}
