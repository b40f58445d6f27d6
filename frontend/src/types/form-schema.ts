/** The response of `GET templates/{type}/form/`: JSON Schema 2020-12 with our annotations (`x-...`), and a UI schema. */

/** A condition on the values of sibling fields, for showing or requiring a field. */
export type Condition =
  | { field: string; equals: unknown }
  | { field: string; in: readonly unknown[] }
  | { field: string; isSet: boolean }
  | { all: readonly Condition[] }
  | { any: readonly Condition[] }
  | { not: Condition };

export type FieldSchema = {
  type?: string | readonly string[];
  title?: string;
  description?: string;
  default?: unknown;
  readOnly?: boolean;
  writeOnly?: boolean;
  deprecated?: boolean;
  enum?: readonly unknown[];
  const?: unknown;
  oneOf?: readonly FieldSchema[];
  examples?: readonly unknown[];
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number | bigint;
  maximum?: number | bigint;
  multipleOf?: number;
  properties?: Readonly<Record<string, FieldSchema>>;
  required?: readonly string[];
  allOf?: readonly { then?: { required?: readonly string[] }; else?: unknown; [further: string]: unknown }[];
  items?: FieldSchema;
  uniqueItems?: boolean;
  minItems?: number;
  maxItems?: number;
  "x-type"?: string;
  "x-showIf"?: Condition;
  "x-requiredIf"?: Condition;
  "x-min"?: string;
  "x-max"?: string;
  /** The name of the shared secret that the field takes. */
  "x-secretRef"?: string;
  /** Labels for the `examples`. */
  "x-labels"?: readonly string[];
  [further: string]: unknown;
};

export type FieldGroup = { title: string; help?: string; fields: readonly string[] };

/** Layout options of the whole form, and under each field's name the options of that field. */
export type UiSchema = {
  readonly "ui:order"?: readonly string[];
  readonly "ui:groups"?: readonly FieldGroup[];
  readonly "ui:columns"?: number;
  readonly [field: string]: unknown;
};

/** Layout options of one field. Those of an object's children are under their names, those of a list's items under `items`. */
export type FieldHints = {
  readonly "ui:widget"?: string;
  readonly "ui:placeholder"?: string;
  readonly "ui:unit"?: string;
  readonly "ui:order"?: readonly string[];
  readonly [child: string]: unknown;
};
