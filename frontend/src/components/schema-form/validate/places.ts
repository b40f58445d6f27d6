/** Walks values together with their schema. */
import { getOwn, isObject } from "@/lib/json";
import type { FieldSchema } from "@/types/form-schema";

export type Path = readonly string[];
export type Place = { path: Path; field: FieldSchema; value: unknown };

/** Yields every value that the schema has a field for, outer values first. */
export function* walkPlaces(field: FieldSchema, value: unknown, path: Path = []): Generator<Place> {
  yield { path, field, value };
  if (field.properties && isObject(value)) {
    for (const [name, child] of Object.entries(field.properties)) {
      if (Object.hasOwn(value, name)) yield* walkPlaces(child, getOwn(value, name), [...path, name]);
    }
  }
  if (field.items && Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* walkPlaces(field.items, item, [...path, String(index)]);
  }
}

/** Returns the schema of the field at a path; undefined if there is none. */
export function findField(schema: FieldSchema, path: Path): FieldSchema | undefined {
  let field: FieldSchema | undefined = schema;
  for (const step of path) field = field?.items ?? getOwn(field?.properties, step);
  return field;
}
