import { Button, Input } from "@mantine/core";

import { STORED_SECRET } from "../form-values";
import classes from "../schema-form.module.css";
import { inputProps, type WidgetProps } from "../widget-props";

/** Never shows what is stored: that is kept, or replaced by what is typed. */
export function SecretWidget(props: WidgetProps) {
  const { value, onChange } = props;
  const stored = value === STORED_SECRET;
  const storedBefore = props.schema.default === STORED_SECRET;
  return (
    <div className={classes.row}>
      <Input
        className={classes.grow}
        {...inputProps(props)}
        type="password"
        // Not the reader's own password: nothing offers to fill it in or to keep it.
        autoComplete="new-password"
        readOnly={stored || props.schema.readOnly}
        placeholder={stored ? "Stored; it is kept as it is" : inputProps(props).placeholder}
        value={typeof value === "string" && !stored ? value : ""}
        onChange={(event) => onChange(event.currentTarget.value || undefined)}
      />
      {stored && (
        <Button variant="default" onClick={() => onChange(undefined)}>
          Replace
        </Button>
      )}
      {!stored && storedBefore && (
        <Button variant="default" onClick={() => onChange(STORED_SECRET)}>
          Keep stored
        </Button>
      )}
    </div>
  );
}
