import { Checkbox, Input, Radio, Switch } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";

import { isSameJson } from "@/lib/json";
import { isNullable, listOptionsAndChosen, type Option } from "../field-kinds";
import classes from "../schema-form.module.css";
import { getGroupProps, getInputProps, type WidgetProps } from "../widget-props";

const NO_VALUE: Option = { key: "none", label: "No value", value: null };
const YES_NO: Option[] = [
  { key: "yes", label: "Yes", value: true },
  { key: "no", label: "No", value: false },
];

export function SwitchWidget(props: WidgetProps) {
  const Control = props.kind === "switch" ? Switch : Checkbox;
  return (
    <Control
      id={props.id}
      label={props.label}
      checked={props.value === true}
      disabled={props.schema.readOnly}
      aria-describedby={getGroupProps(props)["aria-describedby"]}
      onChange={(event) => props.onChange(event.currentTarget.checked)}
      onBlur={props.onLeave}
    />
  );
}

export function RadiosWidget(props: WidgetProps) {
  const { id, kind, schema, value, required, onChange, onLeave } = props;
  const options = kind === "yesno" ? YES_NO : listOptionsAndChosen(schema, [value]);
  return (
    <div {...getGroupProps(props)} role="radiogroup" aria-required={required} aria-invalid={props.error !== undefined || undefined} className={classes.choices}>
      {[...options, ...(isNullable(schema) ? [NO_VALUE] : [])].map((option) => (
        <Radio
          key={option.key}
          name={id}
          label={option.label}
          checked={value !== undefined && isSameJson(option.value, value)}
          disabled={schema.readOnly}
          onChange={() => onChange(option.value)}
          onBlur={onLeave}
        />
      ))}
    </div>
  );
}

export function CheckboxesWidget(props: WidgetProps) {
  const { schema, isNull, onChange, onLeave } = props;
  const chosen: unknown[] = Array.isArray(props.value) ? props.value : [];
  const all = listOptionsAndChosen(schema, chosen);
  const isChosen = (option: Option): boolean => chosen.some((value) => isSameJson(value, option.value));
  // The result has the order of the options, not of the clicks.
  const toggle = (toggled: Option): void => onChange(all.filter((option) => isChosen(option) !== (option === toggled)).map(({ value }) => value));
  return (
    <div {...getGroupProps(props)} role="group" className={classes.choices}>
      {all.map((option) => (
        <Checkbox
          key={option.key}
          label={option.label}
          checked={isChosen(option)}
          disabled={isNull || schema.readOnly}
          onChange={() => toggle(option)}
          onBlur={onLeave}
        />
      ))}
    </div>
  );
}

/** The browser's own select, which is searched by typing and works well on touch screens. */
export function SelectWidget(props: WidgetProps) {
  const { schema, hints, value, onChange } = props;
  const options = listOptionsAndChosen(schema, [value]);
  const { readOnly, ...common } = getInputProps(props);
  return (
    <Input
      component="select"
      pointer
      rightSection={<IconChevronDown size={16} aria-hidden />}
      rightSectionPointerEvents="none"
      {...common}
      disabled={common.disabled || readOnly}
      value={options.find((option) => isSameJson(option.value, value))?.key ?? ""}
      onChange={(event) => onChange(options.find((option) => option.key === event.currentTarget.value)?.value)}
    >
      <option value="">{hints["ui:placeholder"] ?? "Choose"}</option>
      {options.map((option) => (
        <option key={option.key} value={option.key}>
          {option.label}
        </option>
      ))}
    </Input>
  );
}
