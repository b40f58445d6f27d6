import { Checkbox, Input, type InputWrapperProps } from "@mantine/core";

import type { FieldHints, FieldSchema } from "@/types/form-schema";
import { isNullable, kindOf, labelOf, type ControlKind } from "./field-kinds";
import { helpOf, hintWords } from "./field-help";
import { useForm } from "./form-context";
import { isWithin } from "./form-problems";
import { attrOf, type Path } from "./form-values";
import { ListField } from "./list-field";
import { ObjectField } from "./object-field";
import classes from "./schema-form.module.css";
import { labelIdOf, type WidgetProps } from "./widget-props";
import { WIDGETS } from "./widgets";

export type FieldProps = {
  path: Path;
  name: string;
  schema: FieldSchema;
  hints: FieldHints;
  value: unknown;
  required: boolean;
};

const BRING_NO_BOX: readonly ControlKind[] = ["radios", "yesno"];
const ARE_GROUPS: readonly ControlKind[] = ["radios", "yesno", "checkboxes"];
/** In a form of several columns these span all of them, as objects and lists do. */
const ARE_WIDE: readonly ControlKind[] = ["textarea", "json"];
/** These draw their help and error themselves. */
const BRING_WRAPPER: readonly ControlKind[] = ["combobox", "tags"];
const WRAPPED: InputWrapperProps = {
  classNames: { description: classes.help, error: classes.error },
  inputWrapperOrder: ["input", "error", "description"],
};

/** One field: label, control, what is wrong with it, help. */
export function Field(props: FieldProps) {
  const kind = kindOf(props.schema, props.hints, props.required);
  if (kind === "object") return <ObjectField {...props} />;
  if (kind === "list") return <ListField {...props} />;
  return <Framed {...props} kind={kind} />;
}

function Framed({ path, name, schema, hints, value, required, kind }: FieldProps & { kind: ControlKind }) {
  const { set, leave, told } = useForm();
  const id = attrOf(path);
  const unit = hints["ui:unit"];
  const Widget = WIDGETS[kind];
  const boxed = isNullable(schema) && !BRING_NO_BOX.includes(kind);
  const widget: WidgetProps = {
    id,
    kind,
    label: labelOf(schema, name),
    schema,
    hints,
    value,
    required,
    resting: boxed && value === null,
    error: told.find(({ attr }) => isWithin(attr, id))?.detail,
    help: helpOf(schema, hintWords(kind, schema, value), unit),
    onChange: (next) => set(path, next),
    onLeave: () => leave(id),
  };
  const control = (
    <div className={classes.row}>
      <div className={classes.grow}>
        <Widget {...widget} />
      </div>
      {unit && (
        <span aria-hidden className={classes.unit}>
          {unit}
        </span>
      )}
    </div>
  );
  return (
    <div className={classes.field} data-wide={ARE_WIDE.includes(kind) || undefined}>
      <Head {...widget} />
      {BRING_WRAPPER.includes(kind) ? (
        control
      ) : (
        <Input.Wrapper id={id} {...WRAPPED} description={widget.help} error={widget.error}>
          {control}
        </Input.Wrapper>
      )}
      {boxed && <NoValue {...widget} />}
    </div>
  );
}

function Head({ id, kind, label, schema, required }: WidgetProps) {
  const words = [required && "Required", schema.readOnly && "Read-only", schema.deprecated && "Deprecated"].filter(Boolean).join(", ");
  // A switch has its words beside it.
  const ownWords = kind === "switch" || kind === "checkbox";
  if (ownWords && !words) return null;
  return (
    <div className={classes.head}>
      {!ownWords &&
        (ARE_GROUPS.includes(kind) ? (
          <span id={labelIdOf(id)} className={classes.label}>
            {label}
          </span>
        ) : (
          <label id={labelIdOf(id)} htmlFor={id} className={classes.label}>
            {label}
          </label>
        ))}
      {words && <span className={classes.required}>{words}</span>}
    </div>
  );
}

/** Null is not the same as empty, so it is chosen in words. */
function NoValue({ id, label, kind, value, schema, onChange }: WidgetProps) {
  const empty = kind === "text" || kind === "textarea" ? "" : undefined;
  return (
    <Checkbox
      id={`${id}-null`}
      size="xs"
      label="No value"
      aria-label={`No value for ${label}`}
      checked={value === null}
      disabled={schema.readOnly}
      onChange={(event) => onChange(event.currentTarget.checked ? null : empty)}
    />
  );
}
