import { Checkbox, Radio, Select } from "@mantine/core";
import { enumOptionsIsSelected, type EnumOptionsType, type WidgetProps } from "@rjsf/utils";

import { ariaOf, labelId } from "./field-ids";
import classes from "./schema-form.module.css";

export function BooleanWidget(props: WidgetProps) {
  const { id, label, required, disabled, readonly, onChange, onBlur } = props;
  const value: unknown = props.value;
  return (
    <Checkbox
      {...ariaOf(props)}
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
  const { id, options, disabled, readonly, onChange, onBlur } = props;
  const value: unknown = props.value;
  return (
    <div {...ariaOf(props)} id={id} role="radiogroup" aria-labelledby={labelId(id)} className={classes.choices}>
      {optionsOf(options.enumOptions).map((option) => (
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
    <div {...ariaOf(props)} aria-required={undefined} id={id} role="group" aria-labelledby={labelId(id)} className={classes.choices}>
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

export function SelectWidget(props: WidgetProps) {
  const { id, options, placeholder, disabled, readonly, required, onChange, onBlur } = props;
  const value: unknown = props.value;
  const offered = optionsOf(options.enumOptions);
  return (
    <Select
      {...ariaOf(props)}
      id={id}
      data={offered.map(({ key, label }) => ({ value: key, label }))}
      value={offered.find((option) => Object.is(option.value, value))?.key ?? null}
      searchable={offered.length > 10}
      clearable={!required}
      placeholder={placeholder ?? "Choose"}
      disabled={disabled || readonly}
      error={Boolean(props.rawErrors?.length)}
      onChange={(key) => onChange(offered.find((option) => option.key === key)?.value)}
      onBlur={() => onBlur(id, value)}
    />
  );
}

type Option = { key: string; label: string; value: unknown };

/** Keys by place: 1 and "1" are two options. */
function optionsOf(options: EnumOptionsType[] | undefined): Option[] {
  return (options ?? []).map((option, index) => {
    const value: unknown = option.value;
    return { key: String(index), label: value === null ? "No value" : option.label, value };
  });
}
