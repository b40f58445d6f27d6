import { Input } from "@mantine/core";

import { toJson } from "@/lib/json";
import { problemSentence, readJson } from "@/lib/json-reader";
import { Unread } from "../form-values";
import classes from "../schema-form.module.css";
import { inputProps, type WidgetProps } from "../widget-props";
import { useTyped } from "./use-typed";

/** A field without rules takes any JSON. */
export function JsonWidget(props: WidgetProps) {
  const [text, type] = useTyped(props.value, { read, show });
  const common = inputProps(props);
  return (
    <Input
      component="textarea"
      multiline
      classNames={{ input: `${classes.textarea} mono` }}
      spellCheck={false}
      {...common}
      placeholder={common.placeholder ?? "Any JSON"}
      value={text}
      onChange={(event) => props.onChange(type(event.currentTarget.value))}
    />
  );
}

function show(value: unknown): string {
  return value === undefined ? "" : toJson(value, 2);
}

function read(text: string): unknown {
  if (text.trim() === "") return undefined;
  const { value, problem } = readJson(text);
  return problem ? new Unread(text, problemSentence(problem)) : value;
}
