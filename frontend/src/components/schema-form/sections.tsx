import { Button } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";

import { getOwn } from "@/lib/json";
import type { JsonObject } from "@/types/api";
import type { FieldGroup, FieldSchema, UiSchema } from "@/types/form-schema";
import { listFieldNames } from "./field-kinds";
import { useForm } from "./form-context";
import { isWithin } from "./form-problems";
import { toAttr } from "./form-values";
import { Fields } from "./object-field";
import classes from "./schema-form.module.css";
import { isShown } from "./shown-fields";

/** Forms with more fields than this have sections that can be closed. */
const MAX_OPEN_FIELDS = 12;

type SectionsProps = { schema: FieldSchema; uiSchema: UiSchema; values: JsonObject };

/** Renders all fields in their order; fields of a group are below its title. */
export function Sections({ schema, uiSchema, values }: SectionsProps) {
  const groups = uiSchema["ui:groups"] ?? [];
  const order = listFieldNames(schema, uiSchema).filter((name) => isShown(schema, values, name));
  const ungrouped = order.filter((name) => !groups.some((group) => group.fields.includes(name)));
  const fields = (names: readonly string[]) => (
    <Columns count={uiSchema["ui:columns"] ?? 1}>
      <Fields path={[]} names={names} schema={schema} hints={uiSchema} values={values} />
    </Columns>
  );
  return (
    <>
      {order.length === 0 && <p className={classes.help}>This job needs no payload.</p>}
      <UnknownFields schema={schema} values={values} />
      {ungrouped.length > 0 && fields(ungrouped)}
      {groups.map((group) => {
        const names = order.filter((name) => group.fields.includes(name));
        const Section = order.length > MAX_OPEN_FIELDS ? CollapsibleSection : PlainSection;
        return (
          names.length > 0 && (
            <Section key={group.title} group={group} names={names}>
              {fields(names)}
            </Section>
          )
        );
      })}
    </>
  );
}

/** Lays fields out in as many columns as fit. Wide fields have a row of their own. */
function Columns({ count, children }: { count: number; children: ReactNode }) {
  if (count === 1) return children;
  return (
    <div className={classes.columns} data-columns={count}>
      {children}
    </div>
  );
}

type SectionProps = { group: FieldGroup; names: readonly string[]; children: ReactNode };

function PlainSection({ group, children }: SectionProps) {
  return (
    <fieldset className={classes.group}>
      <legend>{group.title}</legend>
      {group.help && <p className={classes.groupHelp}>{group.help}</p>}
      {children}
    </fieldset>
  );
}

/** A section that can be closed. It opens when a new problem appears in it. */
function CollapsibleSection({ group, names, children }: SectionProps) {
  const { visibleProblems } = useForm();
  const problemCount = visibleProblems.filter(({ attr }) => names.some((name) => isWithin(attr, toAttr([name])))).length;
  const [open, setOpen] = useState(true);
  const [knownCount, setKnownCount] = useState(0);
  if (problemCount !== knownCount) {
    setKnownCount(problemCount);
    if (problemCount > knownCount) setOpen(true);
  }
  return (
    <details className={classes.section} open={open} aria-label={group.title} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <IconChevronRight size={16} aria-hidden />
        <span>{group.title}</span>
        <span className={classes.required}>{names.length === 1 ? "1 field" : `${names.length} fields`}</span>
      </summary>
      <div className={classes.sectionBody}>
        {group.help && <p className={classes.help}>{group.help}</p>}
        {children}
      </div>
    </details>
  );
}

/** Lists keys of the payload (from an old job, an address, JSON) that are no fields, each with a button to remove it. */
function UnknownFields({ schema, values }: { schema: FieldSchema; values: JsonObject }) {
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
