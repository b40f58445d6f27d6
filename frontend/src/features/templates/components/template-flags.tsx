import { IconAlertTriangle, IconPlugX, IconPower } from "@tabler/icons-react";

import type { Template } from "@/types/api";
import { isEnabled } from "../template-text";
import classes from "./template-flags.module.css";

/** Badges for what keeps a template from working: a missing or broken handler, disabled, warnings. */
export function TemplateFlags({ template }: { template: Template }) {
  const { handler, handler_problem: problem, warnings } = template.meta;
  const isMissing = warnings.some((warning) => warning.code === "HANDLER_NOT_FOUND");
  const words = warnings.length === 1 ? "1 warning" : `${warnings.length} warnings`;
  return (
    <>
      {!handler && (
        <span className={classes.flag} data-bad title={problem ?? undefined}>
          <IconPlugX size={13} aria-hidden /> {isMissing ? "No handler" : "Broken handler"}
        </span>
      )}
      {!isEnabled(template) && (
        <span className={classes.flag}>
          <IconPower size={13} aria-hidden /> Disabled
        </span>
      )}
      {warnings.length > 0 && (
        <span className={classes.flag} data-warn title={warnings.map((warning) => warning.detail).join("\n")}>
          <IconAlertTriangle size={13} aria-hidden /> {words}
        </span>
      )}
    </>
  );
}
