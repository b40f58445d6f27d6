import { Button } from "@mantine/core";

import { getOwn } from "@/lib/json";
import type { JsonObject } from "@/types/api";
import type { FieldSchema } from "@/types/form-schema";
import { useForm } from "./form-context";
import { toAttr } from "./form-values";
import classes from "./schema-form.module.css";

/** Lists keys of the payload (from an old job, an address, JSON) that are no fields, each with a button to remove it. */
export function UnknownFields({ schema, values }: { schema: FieldSchema; values: JsonObject }) {
  const { set, visibleProblems } = useForm();
  const names = Object.keys(values).filter((name) => getOwn(values, name) !== undefined && getOwn(schema.properties, name) === undefined);
  return names.map((name) => (
    <div key={name} id={toAttr([name])} className={classes.row}>
      <p className={`${classes.error} ${classes.grow}`}>{visibleProblems.find(({ attr }) => attr === toAttr([name]))?.detail ?? `There is no field ${name}.`}</p>
      <Button variant="default" size="xs" onClick={() => set([name], undefined)}>
        Remove {name}
      </Button>
    </div>
  ));
}
