import { Button, Input } from "@mantine/core";

import { STORED_SECRET } from "../form-values";
import classes from "../schema-form.module.css";
import { getInputProps, type WidgetProps } from "../widget-props";

/** An input for a secret. A stored secret is never shown; it stays, or the user replaces it. A shared one is only named. */
export function SecretWidget(props: WidgetProps) {
  const { value, onChange } = props;
  const stored = value === STORED_SECRET;
  const shared = props.schema["x-secretRef"];
  if (shared !== undefined && stored) {
    return <Input {...getInputProps(props)} readOnly value={`Shared secret ${shared}`} onChange={() => undefined} />;
  }
  const storedBefore = props.schema.default === STORED_SECRET;
  return (
    <div className={classes.row}>
      <Input
        className={classes.grow}
        {...getInputProps(props)}
        type="password"
        // Keeps the browser from filling in or saving the user's own password.
        autoComplete="new-password"
        readOnly={stored || props.schema.readOnly}
        placeholder={stored ? "Stored; it is kept as it is" : getInputProps(props).placeholder}
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
