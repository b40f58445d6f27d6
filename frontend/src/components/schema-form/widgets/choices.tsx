import { Checkbox, Input, Radio, Switch } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";

import { sameJson } from "@/lib/json";
import { isNullable, optionsWith, type Option } from "../field-kinds";
import classes from "../schema-form.module.css";
import { groupProps, inputProps, type WidgetProps } from "../widget-props";

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
      aria-describedby={groupProps(props)["aria-describedby"]}
      onChange={(event) => props.onChange(event.currentTarget.checked)}
      onBlur={props.onLeave}
    />
  );
}

export function RadiosWidget(props: WidgetProps) {
  const { id, kind, schema, value, required, onChange, onLeave } = props;
  const offered = kind === "yesno" ? YES_NO : optionsWith(schema, [value]);
  return (
    <div {...groupProps(props)} role="radiogroup" aria-required={required} aria-invalid={props.error !== undefined || undefined} className={classes.choices}>
      {[...offered, ...(isNullable(schema) ? [NO_VALUE] : [])].map((option) => (
        <Radio
          key={option.key}
          name={id}
          label={option.label}
          checked={value !== undefined && sameJson(option.value, value)}
          disabled={schema.readOnly}
          onChange={() => onChange(option.value)}
          onBlur={onLeave}
        />
      ))}
    </div>
  );
}

export function CheckboxesWidget(props: WidgetProps) {
  const { schema, resting, onChange, onLeave } = props;
  const chosen: unknown[] = Array.isArray(props.value) ? props.value : [];
  const all = optionsWith(schema, chosen);
  const isChosen = (option: Option): boolean => chosen.some((value) => sameJson(value, option.value));
  // In the order offered, whatever the order of the clicks.
  const toggle = (toggled: Option): void => onChange(all.filter((option) => isChosen(option) !== (option === toggled)).map(({ value }) => value));
  return (
    <div {...groupProps(props)} role="group" className={classes.choices}>
      {all.map((option) => (
        <Checkbox
          key={option.key}
          label={option.label}
          checked={isChosen(option)}
          disabled={resting || schema.readOnly}
          onChange={() => toggle(option)}
          onBlur={onLeave}
        />
      ))}
    </div>
  );
}

/** The browser's own list: found by typing, and made for thumbs on small screens. */
export function SelectWidget(props: WidgetProps) {
  const { schema, hints, value, onChange } = props;
  const offered = optionsWith(schema, [value]);
  const { readOnly, ...common } = inputProps(props);
  return (
    <Input
      component="select"
      pointer
      rightSection={<IconChevronDown size={16} aria-hidden />}
      rightSectionPointerEvents="none"
      {...common}
      disabled={common.disabled || readOnly}
      value={offered.find((option) => sameJson(option.value, value))?.key ?? ""}
      onChange={(event) => onChange(offered.find((option) => option.key === event.currentTarget.value)?.value)}
    >
      <option value="">{hints["ui:placeholder"] ?? "Choose"}</option>
      {offered.map((option) => (
        <option key={option.key} value={option.key}>
          {option.label}
        </option>
      ))}
    </Input>
  );
}
