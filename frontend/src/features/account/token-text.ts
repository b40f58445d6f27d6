import type { ApiToken, TokenScope } from "@/types/api";

/** From the fewest rights to the most; each includes those before it. */
export const SCOPES: readonly { scope: TokenScope; label: string; help: string }[] = [
  { scope: "read", label: "Read", help: "See jobs, series and templates; change nothing." },
  { scope: "run", label: "Run", help: "Read, and create, re-run and stop jobs." },
  { scope: "manage", label: "Manage", help: "Everything that you may do, also templates and further tokens." },
];

/** Describes what a token may do: its highest scope, and the job types that it is for. */
export function describeScope({ scopes }: Pick<ApiToken, "scopes">): string {
  return SCOPES.findLast(({ scope }) => scopes.includes(scope))?.label ?? scopes.join(", ");
}

export function hasExpired({ expires_at }: Pick<ApiToken, "expires_at">, now: number): boolean {
  return Date.parse(expires_at) <= now;
}
