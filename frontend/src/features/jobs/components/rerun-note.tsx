import { Link } from "react-router";

import { getLabel } from "@/components/schema-form/field-kinds";
import { getOwn, isSameJson } from "@/lib/json";
import { paths } from "@/lib/paths";
import type { Job, JsonObject } from "@/types/api";
import type { FieldSchema } from "@/types/form-schema";
import classes from "./new-job-form.module.css";

type RerunNoteProps = { job: Job; schema: FieldSchema; payload: JsonObject };

/** Shows which job is run again and which fields were changed. */
export function RerunNote({ job, schema, payload }: RerunNoteProps) {
  const changed = listChangedFields(schema, job.payload, payload).map((name) => getLabel(getOwn(schema.properties, name) ?? {}, name));
  return (
    <p className={classes.note}>
      A re-run of <Link to={paths.job(job.job_id)}>{job.job_id}</Link>.{" "}
      {changed.length > 0 ? `Changed: ${changed.join(", ")}.` : "Nothing is changed yet."}
    </p>
  );
}

function listChangedFields(schema: FieldSchema, before: JsonObject, after: JsonObject): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => getOwn(schema.properties, name)?.readOnly !== true && !isSameJson(getOwn(before, name), getOwn(after, name)));
}
