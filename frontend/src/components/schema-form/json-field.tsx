import { Input } from "@mantine/core";
import type { FieldProps } from "@rjsf/utils";
import { useState } from "react";

import classes from "./schema-form.module.css";
import { sendByCtrlEnter } from "./text-widgets";

/** A field without rules takes any JSON. Text that is no JSON is taken as a text. */
export function JsonField(props: FieldProps) {
  const { fieldPathId, onChange, onBlur, rawErrors, required } = props;
  const id = fieldPathId.$id;
  const value: unknown = props.formData;
  const [text, setText] = useState(() => (value === undefined ? "" : JSON.stringify(value, null, 2)));
  return (
    <Input
      component="textarea"
      multiline
      classNames={{ input: `${classes.textarea} mono` }}
      id={id}
      value={text}
      placeholder="Any JSON"
      spellCheck={false}
      required={required}
      error={Boolean(rawErrors?.length)}
      onChange={(event) => {
        setText(event.currentTarget.value);
        onChange(readJson(event.currentTarget.value), fieldPathId.path);
      }}
      onKeyDown={sendByCtrlEnter}
      onBlur={() => onBlur(id, value)}
    />
  );
}

function readJson(text: string): unknown {
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
