import { Link } from "react-router";

import { paths } from "@/lib/paths";
import type { Template } from "@/types/api";
import { getTemplateLabel } from "../template-text";
import classes from "./chosen-template.module.css";

/** Shows, above the form, the chosen template and a link to choose another one. */
export function ChosenTemplate({ template }: { template: Template }) {
  return (
    <div className={classes.chosen}>
      <div className={classes.words}>
        <h2 className={classes.label}>{getTemplateLabel(template)}</h2>
        <Link to={paths.template(template.type)} className={classes.type}>
          {template.type}
        </Link>
        {template.description && <p className={classes.description}>{template.description}</p>}
        {!template.userTriggered && (
          <p className={classes.note}>A system template: it runs by itself. This creates one job beside that.</p>
        )}
      </div>
      <Link to={paths.createJob()}>Change</Link>
    </div>
  );
}
