import { Input } from "@mantine/core";
import { lazy, Suspense, type ComponentType } from "react";

import type { ControlKind } from "../field-kinds";
import { getInputProps, type WidgetProps } from "../widget-props";
import { CheckboxesWidget, RadiosWidget, SelectWidget, SwitchWidget } from "./choices";
import { JsonWidget } from "./json";
import { SecretWidget } from "./secret";
import { NumberWidget, SliderWidget, TextareaWidget, TextWidget } from "./text";
import { DateTimeWidget, DateWidget, DurationWidget, TimeWidget } from "./times";

const ManyOptions = lazy(() => import("./many-options"));

function ManyOptionsWidget(props: WidgetProps) {
  return (
    <Suspense fallback={<Input {...getInputProps(props)} disabled />}>
      <ManyOptions {...props} />
    </Suspense>
  );
}

/** The control of each kind of field. A new widget is one function and one line here. */
export const WIDGETS: Record<ControlKind, ComponentType<WidgetProps>> = {
  text: TextWidget,
  textarea: TextareaWidget,
  secret: SecretWidget,
  whole: NumberWidget,
  decimal: NumberWidget,
  slider: SliderWidget,
  switch: SwitchWidget,
  checkbox: SwitchWidget,
  yesno: RadiosWidget,
  radios: RadiosWidget,
  select: SelectWidget,
  combobox: ManyOptionsWidget,
  checkboxes: CheckboxesWidget,
  tags: ManyOptionsWidget,
  date: DateWidget,
  time: TimeWidget,
  datetime: DateTimeWidget,
  duration: DurationWidget,
  json: JsonWidget,
};
