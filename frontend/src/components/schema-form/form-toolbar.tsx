import { Button } from "@mantine/core";
import type { ReactNode } from "react";

import classes from "./schema-form.module.css";
import type { FormState } from "./use-form-state";

type FormToolbarProps = { form: FormState; onShow: (view: "form" | "json") => void; children: ReactNode };

export function FormToolbar({ form, onShow, children }: FormToolbarProps) {
  const asJson = form.text !== null;
  return (
    <div className={classes.toolbar}>
      <div role="group" aria-label="View" className={classes.views}>
        <button type="button" aria-pressed={!asJson} onClick={() => asJson && onShow("form")}>
          Form
        </button>
        <button type="button" aria-pressed={asJson} onClick={() => !asJson && onShow("json")}>
          JSON
        </button>
      </div>
      <div className={classes.tools}>
        {children}
        <Button variant="subtle" size="compact-sm" onClick={form.reset}>
          Reset to defaults
        </Button>
      </div>
    </div>
  );
}
