import { Input } from "@mantine/core";
import type { FocusEvent } from "react";

import { UnreadInput } from "../form-values";
import classes from "../schema-form.module.css";
import { getInputProps, type WidgetProps } from "../widget-props";
import { formatIsoDuration, parseDuration } from "./durations";
import { fromPicker, splitTime, toPicker } from "./moments";
import { useTypedText } from "./use-typed";

const EXAMPLES = { date: "Enter a date like 2026-01-31", time: "Enter a time like 14:30", datetime: "Enter a date and a time" };

/** The browser's date picker, which knows the reader's order of day and month. */
export function DateWidget(props: WidgetProps) {
  return <Picker {...props} type="date" text={toText(props.value)} read={(text) => text} example={EXAMPLES.date} />;
}

/** A picker for a time of day. A zone in the value is kept. */
export function TimeWidget(props: WidgetProps) {
  const { clock, zone } = splitTime(props.value);
  return <Picker {...props} type="time" text={clock} read={(text) => text + zone} example={EXAMPLES.time} />;
}

/** A picker for a date and time in the reader's zone, which the help below it names. */
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
  const { onBlur, ...common } = getInputProps(props);
  // An incomplete date has an empty value; only `validity.badInput` shows that something was typed.
  const leave = (event: FocusEvent<HTMLInputElement>): void => {
    const isIncomplete = event.currentTarget.validity.badInput;
    if (isIncomplete) props.onChange(new UnreadInput("", example));
    else if (props.value instanceof UnreadInput) props.onChange(undefined);
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

function toText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function DurationWidget(props: WidgetProps) {
  const [text, type] = useTypedText(props.value, { read: parseDuration, show: formatIsoDuration });
  const common = getInputProps(props);
  return (
    <Input
      {...common}
      placeholder={common.placeholder ?? "1h 30m"}
      value={text}
      onChange={(event) => props.onChange(type(event.currentTarget.value))}
    />
  );
}
