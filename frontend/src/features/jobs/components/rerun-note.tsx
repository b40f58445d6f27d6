import { Link } from "react-router";

import { labelOf } from "@/components/schema-form/field-kinds";
import { own, sameJson } from "@/lib/json";
import { paths } from "@/lib/paths";
import type { Job, JsonObject } from "@/types/api";
import type { FieldSchema } from "@/types/form-schema";
import classes from "./new-job-form.module.css";

type RerunNoteProps = { job: Job; schema: FieldSchema; payload: JsonObject };

/** Which job this is run again of, and what is not as it was. */
export function RerunNote({ job, schema, payload }: RerunNoteProps) {
  const changed = changedNames(schema, job.payload, payload).map((name) => labelOf(own(schema.properties, name) ?? {}, name));
  return (
    <p className={classes.note}>
      A re-run of <Link to={paths.job(job.job_id)}>{job.job_id}</Link>.{" "}
      {changed.length > 0 ? `Changed: ${changed.join(", ")}.` : "Nothing is changed yet."}
    </p>
  );
}

function changedNames(schema: FieldSchema, before: JsonObject, after: JsonObject): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => own(schema.properties, name)?.readOnly !== true && !sameJson(own(before, name), own(after, name)));
}
