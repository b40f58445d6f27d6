import { Input } from "@mantine/core";

import { toJson } from "@/lib/json";
import { formatJsonProblem, readJson } from "@/lib/json-reader";
import { UnreadInput } from "../form-values";
import classes from "../schema-form.module.css";
import { getInputProps, type WidgetProps } from "../widget-props";
import { useTypedText } from "./use-typed";

/** A text area for a field that takes any JSON. */
export function JsonWidget(props: WidgetProps) {
  const [text, type] = useTypedText(props.value, { read: parseJsonInput, show: formatJson });
  const common = getInputProps(props);
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

function formatJson(value: unknown): string {
  return value === undefined ? "" : toJson(value, 2);
}

function parseJsonInput(text: string): unknown {
  if (text.trim() === "") return undefined;
  const { value, problem } = readJson(text);
  return problem ? new UnreadInput(text, formatJsonProblem(problem)) : value;
}
