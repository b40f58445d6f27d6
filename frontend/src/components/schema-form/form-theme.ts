// The styles of what only forms use come with the form.
import "@mantine/core/styles/Radio.css";

import type { RegistryFieldsType, RegistryWidgetsType, TemplatesType } from "@rjsf/utils";

import { JsonField } from "./json-field";
import { FieldTemplate, ObjectFieldTemplate } from "./templates";
import { BooleanWidget, CheckboxesWidget, RadioWidget, SelectWidget } from "./choice-widgets";
import { PlainNumberField, TextareaWidget, TextWidget } from "./text-widgets";

/** How each kind of field looks. A new widget is one function and one line here. */
export const widgets: RegistryWidgetsType = {
  TextWidget,
  TextareaWidget,
  SelectWidget,
  RadioWidget,
  CheckboxesWidget,
  CheckboxWidget: BooleanWidget,
};

export const fields: RegistryFieldsType = { NumberField: PlainNumberField, json: JsonField };

export const templates: Partial<TemplatesType> = { FieldTemplate, ObjectFieldTemplate };
