import { Checkbox, Input, Radio } from "@mantine/core";
import { enumOptionsIsSelected, type EnumOptionsType, type WidgetProps } from "@rjsf/utils";
import { IconChevronDown } from "@tabler/icons-react";

import { groupAria } from "./field-ids";
import classes from "./schema-form.module.css";

export function BooleanWidget(props: WidgetProps) {
  const { id, label, schema, required, disabled, readonly, onChange, onBlur } = props;
  const value: unknown = props.value;
  // Yes, no, and neither: three answers are no checkbox.
  if ([schema.type].flat().includes("null")) return <Radios {...props} offered={YES_NO_NONE} />;
  return (
    <Checkbox
      id={id}
      label={required ? `${label} (required)` : label}
      checked={value === true}
      disabled={disabled || readonly}
      error={Boolean(props.rawErrors?.length)}
      onChange={(event) => onChange(event.currentTarget.checked)}
      onBlur={() => onBlur(id, value)}
    />
  );
}

export function RadioWidget(props: WidgetProps) {
  return <Radios {...props} offered={optionsOf(props.options.enumOptions)} />;
}

function Radios(props: WidgetProps & { offered: Option[] }) {
  const { id, offered, disabled, readonly, required, onChange, onBlur } = props;
  const value: unknown = props.value;
  return (
    <div {...groupAria(props)} id={id} role="radiogroup" aria-required={required} className={classes.choices}>
      {offered.map((option) => (
        <Radio
          key={option.key}
          name={id}
          label={option.label}
          checked={Object.is(option.value, value)}
          disabled={disabled || readonly}
          onChange={() => onChange(option.value)}
          onBlur={() => onBlur(id, value)}
        />
      ))}
    </div>
  );
}

export function CheckboxesWidget(props: WidgetProps) {
  const { id, options, disabled, readonly, onChange, onBlur } = props;
  const chosen: unknown[] = Array.isArray(props.value) ? props.value : [];
  const offered = optionsOf(options.enumOptions);
  const toggle = (value: unknown): void => {
    const now = chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value];
    // In the order offered, whatever the order of the clicks.
    onChange(offered.map((option) => option.value).filter((one) => now.includes(one)));
  };
  return (
    <div {...groupAria(props)} aria-invalid={undefined} id={id} role="group" className={classes.choices}>
      {offered.map((option) => (
        <Checkbox
          key={option.key}
          label={option.label}
          checked={enumOptionsIsSelected(option.value, chosen)}
          disabled={disabled || readonly}
          onChange={() => toggle(option.value)}
          onBlur={() => onBlur(id, chosen)}
        />
      ))}
    </div>
  );
}

/** The browser's own list: found by typing, and made for thumbs on small screens. */
export function SelectWidget(props: WidgetProps) {
  const { id, options, placeholder, disabled, readonly, required, onChange, onBlur } = props;
  const value: unknown = props.value;
  const offered = optionsOf(options.enumOptions);
  if (props.multiple) return <CheckboxesWidget {...props} />;
  return (
    <Input
      component="select"
      pointer
      rightSection={<IconChevronDown size={16} aria-hidden />}
      rightSectionPointerEvents="none"
      id={id}
      value={offered.find((option) => Object.is(option.value, value))?.key ?? ""}
      disabled={disabled || readonly}
      required={required}
      error={Boolean(props.rawErrors?.length)}
      onChange={(event) => onChange(offered.find((option) => option.key === event.currentTarget.value)?.value)}
      onBlur={() => onBlur(id, value)}
    >
      <option value="">{placeholder || "Choose"}</option>
      {offered.map((option) => (
        <option key={option.key} value={option.key}>
          {option.label}
        </option>
      ))}
    </Input>
  );
}

type Option = { key: string; label: string; value: unknown };

const YES_NO_NONE: Option[] = [
  { key: "yes", label: "Yes", value: true },
  { key: "no", label: "No", value: false },
  { key: "none", label: "No value", value: null },
];

/** Keys by place: 1 and "1" are two options. */
function optionsOf(options: EnumOptionsType[] | undefined): Option[] {
  return (options ?? []).map((option, index) => {
    const value: unknown = option.value;
    return { key: String(index), label: value === null ? "No value" : option.label, value };
  });
}
