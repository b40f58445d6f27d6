import { JsonInput } from "@mantine/core";
import type { FieldProps } from "@rjsf/utils";
import { useState } from "react";

import { ariaOf } from "./field-ids";

/** A field without rules takes any JSON. Text that is no JSON is taken as a text. */
export function JsonField(props: FieldProps) {
  const { fieldPathId, onChange, onBlur, schema, rawErrors, required } = props;
  const id = fieldPathId.$id;
  const value: unknown = props.formData;
  const [text, setText] = useState(() => (value === undefined ? "" : JSON.stringify(value, null, 2)));
  return (
    <JsonInput
      {...ariaOf({ id, schema, rawErrors, required })}
      id={id}
      value={text}
      autosize
      minRows={2}
      maxRows={16}
      placeholder="Any JSON"
      onChange={(typed) => {
        setText(typed);
        onChange(readJson(typed), fieldPathId.path);
      }}
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
