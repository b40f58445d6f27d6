import { IconChevronRight } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";

import type { JsonObject } from "@/types/api";
import type { FieldGroup, FieldSchema, UiSchema } from "@/types/form-schema";
import { orderOf } from "./field-kinds";
import { useForm } from "./form-context";
import { isWithin } from "./form-problems";
import { attrOf } from "./form-values";
import { Fields } from "./object-field";
import classes from "./schema-form.module.css";
import { isShownIn } from "./shown-fields";
import { Strangers } from "./strangers";

/** With more fields than this, sections can be closed. */
const LONG = 12;

type SectionsProps = { schema: FieldSchema; uiSchema: UiSchema; values: JsonObject };

/** The fields in order; those of a group below its title. */
export function Sections({ schema, uiSchema, values }: SectionsProps) {
  const groups = uiSchema["ui:groups"] ?? [];
  const order = orderOf(schema, uiSchema).filter((name) => isShownIn(schema, values, name));
  const loose = order.filter((name) => !groups.some((group) => group.fields.includes(name)));
  const fields = (names: readonly string[]) => (
    <Columns count={uiSchema["ui:columns"] ?? 1}>
      <Fields path={[]} names={names} schema={schema} hints={uiSchema} values={values} />
    </Columns>
  );
  return (
    <>
      {order.length === 0 && <p className={classes.help}>This job needs no payload.</p>}
      <Strangers schema={schema} values={values} />
      {loose.length > 0 && fields(loose)}
      {groups.map((group) => {
        const names = order.filter((name) => group.fields.includes(name));
        const Section = order.length > LONG ? Closable : Plain;
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

/** As many beside each other as there is room for; wide fields have a row of their own. */
function Columns({ count, children }: { count: number; children: ReactNode }) {
  if (count === 1) return children;
  return (
    <div className={classes.columns} data-columns={count}>
      {children}
    </div>
  );
}

type SectionProps = { group: FieldGroup; names: readonly string[]; children: ReactNode };

function Plain({ group, children }: SectionProps) {
  return (
    <fieldset className={classes.group}>
      <legend>{group.title}</legend>
      {group.help && <p className={classes.groupHelp}>{group.help}</p>}
      {children}
    </fieldset>
  );
}

/** Opens by itself when there is something to mend in it. */
function Closable({ group, names, children }: SectionProps) {
  const { told } = useForm();
  const wrong = told.filter(({ attr }) => names.some((name) => isWithin(attr, attrOf([name])))).length;
  const [open, setOpen] = useState(true);
  const [known, setKnown] = useState(0);
  if (wrong !== known) {
    setKnown(wrong);
    if (wrong > known) setOpen(true);
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
