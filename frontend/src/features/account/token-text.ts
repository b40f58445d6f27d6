import type { ApiToken, TokenScope } from "@/types/api";

/** From the fewest rights to the most; each includes those before it. */
const SCOPES: readonly { scope: TokenScope; label: string; help: string }[] = [
  { scope: "read", label: "Read", help: "See jobs, series and templates; change nothing." },
  { scope: "run", label: "Run", help: "Read, and create, re-run and stop jobs." },
  { scope: "manage", label: "Manage", help: "Everything that you may do, also templates and further tokens." },
];

/** For admins: it stands apart from the others. */
const METRICS = { scope: "metrics", label: "Metrics", help: "Read /metrics for Prometheus, and nothing else." } as const;

/** Lists the scopes of which a person may choose one for a new token. */
export function listScopes(isAdmin: boolean): readonly { scope: TokenScope; label: string; help: string }[] {
  return isAdmin ? [METRICS, ...SCOPES] : SCOPES;
}

/** Describes what a token may do: its highest scope, and the job types that it is for. */
export function describeScope({ scopes }: Pick<ApiToken, "scopes">): string {
  return [METRICS, ...SCOPES].findLast(({ scope }) => scopes.includes(scope))?.label ?? scopes.join(", ");
}

export function hasExpired({ expires_at }: Pick<ApiToken, "expires_at">, now: number): boolean {
  return Date.parse(expires_at) <= now;
}
