/** Sorts the problems of a refused form: those of its fields, and the rest. */
import { ApiError } from "./api-error";

/** Returns the server's sentences about a field, also about a part of it: `job_types.0` is a problem of `job_types`. */
export function getFieldError(error: unknown, field: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  const details = error.problems.filter(({ attr }) => isOf(attr, field)).map(({ detail }) => detail);
  return details.join(" ") || undefined;
}

/** Returns what belongs to none of the fields, to be shown above the form; null if that is nothing. */
export function getOtherError(error: unknown, fields: readonly string[]): Error | null {
  if (!(error instanceof ApiError)) return error instanceof Error ? error : null;
  const others = error.problems.filter(({ attr }) => !fields.some((field) => isOf(attr, field)));
  return others.length > 0 || error.problems.length === 0 ? new ApiError(error.status, others, error.retryAfter) : null;
}

function isOf(attr: string | null, field: string): boolean {
  return attr === field || (attr?.startsWith(`${field}.`) ?? false);
}
