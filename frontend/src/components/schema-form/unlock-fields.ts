import type { FieldSchema } from "@/types/form-schema";

const HINT = "Only those who may edit the template can change this.";

/** Returns the schema of a form for somebody who may edit the template: its read-only fields take other values, too. */
export function unlockFields(schema: FieldSchema): FieldSchema {
  const open = schema.readOnly && "x-type" in schema ? unlockField(schema) : schema;
  return {
    ...open,
    ...(open.properties && { properties: Object.fromEntries(Object.entries(open.properties).map(([name, field]) => [name, unlockFields(field)])) }),
    ...(open.items && { items: unlockFields(open.items) }),
  };
}

/** The value of a read-only field is fixed by `const`. A field without a type of ours, such as `job_type`, stays as it is. */
function unlockField(schema: FieldSchema): FieldSchema {
  const open = Object.fromEntries(Object.entries(schema).filter(([key]) => key !== "readOnly" && key !== "const"));
  return { ...open, description: [schema.description, HINT].filter(Boolean).join(" ") };
}
