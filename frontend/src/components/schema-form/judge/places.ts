/** Walks values along their schema. */
import { isObject, own } from "@/lib/json";
import type { FieldSchema } from "@/types/form-schema";

export type Path = readonly string[];
export type Place = { path: Path; field: FieldSchema; value: unknown };

/** Every value that its schema knows, from the outside in. */
export function* placesIn(field: FieldSchema, value: unknown, path: Path = []): Generator<Place> {
  yield { path, field, value };
  if (field.properties && isObject(value)) {
    for (const [name, child] of Object.entries(field.properties)) {
      if (Object.hasOwn(value, name)) yield* placesIn(child, own(value, name), [...path, name]);
    }
  }
  if (field.items && Array.isArray(value)) {
    for (const [place, item] of value.entries()) yield* placesIn(field.items, item, [...path, String(place)]);
  }
}

export function fieldAt(schema: FieldSchema, path: Path): FieldSchema | undefined {
  let field: FieldSchema | undefined = schema;
  for (const step of path) field = field?.items ?? own(field?.properties, step);
  return field;
}
