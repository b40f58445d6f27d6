import { Checkbox, Input, type InputWrapperProps } from "@mantine/core";

import type { FieldHints, FieldSchema } from "@/types/form-schema";
import { chooseKind, getLabel, isNullable, type ControlKind } from "./field-kinds";
import { describeLimits, renderHelp } from "./field-help";
import { useForm } from "./form-context";
import { isWithin } from "./form-problems";
import { toAttr, type Path } from "./form-values";
import { ListField } from "./list-field";
import { ObjectField } from "./object-field";
import classes from "./schema-form.module.css";
import { getLabelId, type WidgetProps } from "./widget-props";
import { WIDGETS } from "./widgets";

export type FieldProps = {
  path: Path;
  name: string;
  schema: FieldSchema;
  hints: FieldHints;
  value: unknown;
  required: boolean;
};

const KINDS_WITHOUT_NULL_BOX: readonly ControlKind[] = ["radios", "yesno"];
const GROUP_KINDS: readonly ControlKind[] = ["radios", "yesno", "checkboxes"];
/** In a form with several columns these kinds span all of them, as objects and lists do. */
const WIDE_KINDS: readonly ControlKind[] = ["textarea", "json"];
/** These kinds render help and error themselves. */
const KINDS_WITH_OWN_WRAPPER: readonly ControlKind[] = ["combobox", "tags"];
const WRAPPER_PROPS: InputWrapperProps = {
  classNames: { description: classes.help, error: classes.error },
  inputWrapperOrder: ["input", "error", "description"],
};

/** A field: its label, its control, its error and its help. */
export function Field(props: FieldProps) {
  const kind = chooseKind(props.schema, props.hints, props.required);
  if (kind === "object") return <ObjectField {...props} />;
  if (kind === "list") return <ListField {...props} />;
  return <LabelledControl {...props} kind={kind} />;
}

function LabelledControl({ path, name, schema, hints, value, required, kind }: FieldProps & { kind: ControlKind }) {
  const { set, leave, visibleProblems } = useForm();
  const id = toAttr(path);
  const unit = hints["ui:unit"];
  const Widget = WIDGETS[kind];
  const hasNullBox = isNullable(schema) && !KINDS_WITHOUT_NULL_BOX.includes(kind);
  const widget: WidgetProps = {
    id,
    kind,
    label: getLabel(schema, name),
    schema,
    hints,
    value,
    required,
    isNull: hasNullBox && value === null,
    error: visibleProblems.find(({ attr }) => isWithin(attr, id))?.detail,
    help: renderHelp(schema, describeLimits(kind, schema, value), unit),
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
    <div className={classes.field} data-wide={WIDE_KINDS.includes(kind) || undefined}>
      <FieldHead {...widget} />
      {KINDS_WITH_OWN_WRAPPER.includes(kind) ? (
        control
      ) : (
        <Input.Wrapper id={id} {...WRAPPER_PROPS} description={widget.help} error={widget.error}>
          {control}
        </Input.Wrapper>
      )}
      {hasNullBox && <NullBox {...widget} />}
    </div>
  );
}

function FieldHead({ id, kind, label, schema, required }: WidgetProps) {
  const words = [required && "Required", schema.readOnly && "Read-only", schema.deprecated && "Deprecated"].filter(Boolean).join(", ");
  // A switch has its label beside it.
  const hasOwnLabel = kind === "switch" || kind === "checkbox";
  if (hasOwnLabel && !words) return null;
  return (
    <div className={classes.head}>
      {!hasOwnLabel &&
        (GROUP_KINDS.includes(kind) ? (
          <span id={getLabelId(id)} className={classes.label}>
            {label}
          </span>
        ) : (
          <label id={getLabelId(id)} htmlFor={id} className={classes.label}>
            {label}
          </label>
        ))}
      {words && <span className={classes.required}>{words}</span>}
    </div>
  );
}

/** A checkbox that sets the value to null, which is not the same as empty. */
function NullBox({ id, label, kind, value, schema, onChange }: WidgetProps) {
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
