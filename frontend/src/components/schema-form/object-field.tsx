import { isObject, own } from "@/lib/json";
import type { JsonObject } from "@/types/api";
import type { FieldHints, FieldSchema, UiSchema } from "@/types/form-schema";
import { isRequired } from "./conditions";
import { Field, type FieldProps } from "./field";
import { hintsOf, orderOf } from "./field-kinds";
import type { Path } from "./form-values";
import { Frame } from "./frame";
import { isShownIn, shownValues } from "./shown-fields";

/** Fields that belong together and travel as one object. */
export function ObjectField(props: FieldProps) {
  const { path, schema, hints, value } = props;
  return (
    <Frame {...props} empty={{}}>
      <Fields path={path} names={orderOf(schema, hints)} schema={schema} hints={hints} values={isObject(value) ? value : {}} />
    </Frame>
  );
}

type FieldsProps = { path: Path; names: readonly string[]; schema: FieldSchema; hints: FieldHints | UiSchema; values: JsonObject };

/** Those of the named fields of an object that are there now. */
export function Fields({ path, names, schema, hints, values }: FieldsProps) {
  return names
    .filter((name) => isShownIn(schema, values, name))
    .map((name) => (
      <Field
        key={name}
        path={[...path, name]}
        name={name}
        schema={own(schema.properties, name) ?? {}}
        hints={hintsOf(hints, name)}
        value={own(values, name)}
        required={isRequired(schema, name, shownValues(schema, values))}
      />
    ));
}
