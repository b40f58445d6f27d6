import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useState, type ReactNode } from "react";

import { getFieldError } from "@/lib/field-errors";
import { toLocalInput, toMoment } from "@/lib/local-input";
import type { AuditFilters } from "@/lib/query-keys";
import { DOORS } from "../audit-text";
import type { AuditFilterState } from "../use-audit-filters";
import classes from "./audit.module.css";

const TYPED = { autoComplete: "off", spellCheck: false, size: "sm" } as const;

/** `children`: further buttons. */
type AuditFiltersFormProps = { state: AuditFilterState; error: Error | null; children: ReactNode };

/** The filters, which count once they are sent: each of them is exact. */
export function AuditFiltersForm({ state, error, children }: AuditFiltersFormProps) {
  const [typed, setTyped] = useState(state.filters);
  const props = (name: keyof AuditFilters) => ({
    ...TYPED,
    value: typed[name],
    error: getFieldError(error, name),
    onChange: (event: { currentTarget: { value: string } }) => setTyped({ ...typed, [name]: event.currentTarget.value }),
  });
  const timeProps = (name: "after" | "before") => ({
    ...props(name),
    type: "datetime-local",
    value: toLocalInput(typed[name]),
    onChange: (event: { currentTarget: { value: string } }) => setTyped({ ...typed, [name]: toMoment(event.currentTarget.value) }),
  });
  return (
    <form
      className={classes.filters}
      role="search"
      aria-label="Filter the audit trail"
      onSubmit={(event) => {
        event.preventDefault();
        state.set(typed);
      }}
    >
      <TextInput label="Actor" placeholder="ann" {...props("actor")} />
      <TextInput label="Action" placeholder="template_updated" {...props("action")} />
      <TextInput label="Object" placeholder="user:ann" {...props("object")} />
      <NativeSelect label="Via" data={[{ value: "", label: "Any door" }, ...DOORS.map(({ via, label }) => ({ value: via, label }))]} {...props("via")} />
      <TextInput label="From" {...timeProps("after")} />
      <TextInput label="Until" {...timeProps("before")} />
      <div className={classes.send}>
        <Button type="submit">Show</Button>
        {state.any && (
          <Button variant="default" onClick={state.clear}>
            Clear filters
          </Button>
        )}
        <span className={classes.further}>{children}</span>
      </div>
    </form>
  );
}
