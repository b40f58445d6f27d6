import { Button } from "@mantine/core";

import { own } from "@/lib/json";
import type { JsonObject } from "@/types/api";
import type { FieldSchema } from "@/types/form-schema";
import { useForm } from "./form-context";
import { attrOf } from "./form-values";
import classes from "./schema-form.module.css";

/** Keys that came with a payload (from an old job, an address, JSON) and are no fields: kept in sight until taken away. */
export function Strangers({ schema, values }: { schema: FieldSchema; values: JsonObject }) {
  const { set, told } = useForm();
  const names = Object.keys(values).filter((name) => own(values, name) !== undefined && own(schema.properties, name) === undefined);
  return names.map((name) => (
    <div key={name} id={attrOf([name])} className={classes.row}>
      <p className={`${classes.error} ${classes.grow}`}>{told.find(({ attr }) => attr === attrOf([name]))?.detail ?? `There is no field ${name}.`}</p>
      <Button variant="default" size="xs" onClick={() => set([name], undefined)}>
        Remove {name}
      </Button>
    </div>
  ));
}
