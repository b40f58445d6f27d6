import { Input } from "@mantine/core";
import type { FocusEvent } from "react";

import { Unread } from "../form-values";
import classes from "../schema-form.module.css";
import { inputProps, type WidgetProps } from "../widget-props";
import { readDuration, showDuration } from "./durations";
import { fromPicker, splitTime, toPicker } from "./moments";
import { useTyped } from "./use-typed";

const EXAMPLES = { date: "Enter a date like 2026-01-31", time: "Enter a time like 14:30", datetime: "Enter a date and a time" };

/** The browser's own picker: it knows the reader's order of day and month. */
export function DateWidget(props: WidgetProps) {
  return <Picker {...props} type="date" text={asText(props.value)} read={(text) => text} example={EXAMPLES.date} />;
}

/** A clock on a wall, unless the value names a zone: that stays. */
export function TimeWidget(props: WidgetProps) {
  const { clock, zone } = splitTime(props.value);
  return <Picker {...props} type="time" text={clock} read={(text) => text + zone} example={EXAMPLES.time} />;
}

/** Whose clock it shows stands below it. */
export function DateTimeWidget(props: WidgetProps) {
  return <Picker {...props} type="datetime-local" text={toPicker(props.value)} read={fromPicker} example={EXAMPLES.datetime} />;
}

type PickerProps = WidgetProps & {
  type: "date" | "time" | "datetime-local";
  text: string;
  read: (text: string) => string;
  example: string;
};

function Picker({ type, text, read, example, ...props }: PickerProps) {
  const { onBlur, ...common } = inputProps(props);
  // Half a date has an empty value; only the browser knows that something stands there.
  const leave = (event: FocusEvent<HTMLInputElement>): void => {
    const half = event.currentTarget.validity.badInput;
    if (half) props.onChange(new Unread("", example));
    else if (props.value instanceof Unread) props.onChange(undefined);
    onBlur();
  };
  return (
    <Input
      className={classes.picker}
      {...common}
      type={type}
      value={text}
      onChange={(event) => props.onChange(event.currentTarget.value === "" ? undefined : read(event.currentTarget.value))}
      onBlur={leave}
    />
  );
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function DurationWidget(props: WidgetProps) {
  const [text, type] = useTyped(props.value, { read: readDuration, show: showDuration });
  const common = inputProps(props);
  return (
    <Input
      {...common}
      placeholder={common.placeholder ?? "1h 30m"}
      value={text}
      onChange={(event) => props.onChange(type(event.currentTarget.value))}
    />
  );
}
