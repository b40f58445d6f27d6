import { getOwn, isObject } from "@/lib/json";
import type { JsonObject } from "@/types/api";
import type { FieldHints, FieldSchema, UiSchema } from "@/types/form-schema";
import { isRequired } from "./conditions";
import { Field, type FieldProps } from "./field";
import { getHints, listFieldNames } from "./field-kinds";
import type { Path } from "./form-values";
import { Frame } from "./frame";
import { filterShownValues, isShown } from "./shown-fields";

/** A group of fields whose values form one object. */
export function ObjectField(props: FieldProps) {
  const { path, schema, hints, value } = props;
  return (
    <Frame {...props} empty={{}}>
      <Fields path={path} names={listFieldNames(schema, hints)} schema={schema} hints={hints} values={isObject(value) ? value : {}} />
    </Frame>
  );
}

type FieldsProps = { path: Path; names: readonly string[]; schema: FieldSchema; hints: FieldHints | UiSchema; values: JsonObject };

/** Renders those of the named fields that are shown at the moment. */
export function Fields({ path, names, schema, hints, values }: FieldsProps) {
  return names
    .filter((name) => isShown(schema, values, name))
    .map((name) => (
      <Field
        key={name}
        path={[...path, name]}
        name={name}
        schema={getOwn(schema.properties, name) ?? {}}
        hints={getHints(hints, name)}
        value={getOwn(values, name)}
        required={isRequired(schema, name, filterShownValues(schema, values))}
      />
    ));
}
