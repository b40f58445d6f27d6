import { Input } from "@mantine/core";

import { own, toJson } from "@/lib/json";
import { isNullable, typeOf } from "../field-kinds";
import classes from "../schema-form.module.css";
import { groupProps, inputProps, type WidgetProps } from "../widget-props";
import { readNumber } from "./numbers";
import { useTyped } from "./use-typed";

const KEYBOARDS: Record<string, "email" | "url"> = { email: "email", uri: "url" };

export function TextWidget(props: WidgetProps) {
  return (
    <Input
      {...inputProps(props)}
      value={wordOf(props.value)}
      inputMode={own(KEYBOARDS, props.schema.format ?? "")}
      onChange={(event) => props.onChange(textOrNone(props, event.currentTarget.value))}
    />
  );
}

export function TextareaWidget(props: WidgetProps) {
  return (
    <Input
      component="textarea"
      multiline
      classNames={{ input: classes.textarea }}
      {...inputProps(props)}
      value={wordOf(props.value)}
      onChange={(event) => props.onChange(textOrNone(props, event.currentTarget.value))}
    />
  );
}

/** A text input, not a number input: those lose what they cannot read, and change under the wheel. */
export function NumberWidget(props: WidgetProps) {
  const [text, type] = useTyped(props.value, { read: readNumber, show: wordOf });
  return (
    <Input
      {...inputProps(props)}
      value={text}
      inputMode={props.kind === "whole" ? "numeric" : "decimal"}
      onChange={(event) => props.onChange(type(event.currentTarget.value))}
    />
  );
}

/** For numbers whose place between two bounds says more than their digits. */
export function SliderWidget(props: WidgetProps) {
  const { schema, value, onChange } = props;
  const { disabled, readOnly, onBlur } = inputProps(props);
  const [least, most] = [Number(schema.minimum), Number(schema.maximum)];
  return (
    <div className={classes.row}>
      <input
        id={props.id}
        type="range"
        className={classes.slider}
        min={least}
        max={most}
        step={schema.multipleOf ?? (typeOf(schema) === "integer" ? 1 : "any")}
        value={typeof value === "number" ? value : least}
        disabled={disabled || readOnly}
        aria-describedby={groupProps(props)["aria-describedby"]}
        onBlur={onBlur}
        onChange={(event) => onChange(Number(event.currentTarget.value))}
      />
      <output htmlFor={props.id} className={classes.unit}>
        {value === undefined ? "not set" : wordOf(value)}
      </output>
    </div>
  );
}

/** An emptied text is no text; where null is a value of its own, it is the empty text. */
function textOrNone({ schema }: WidgetProps, text: string): string | undefined {
  return text === "" && !isNullable(schema) ? undefined : text;
}

export function wordOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : toJson(value);
}
