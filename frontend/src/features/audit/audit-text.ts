import { paths } from "@/lib/paths";
import type { AuditEntry } from "@/types/api";

/** The doors through which changes come. */
export const DOORS: readonly { via: NonNullable<AuditEntry["via"]>; label: string }[] = [
  { via: "ui", label: "UI" },
  { via: "api", label: "API" },
  { via: "admin", label: "Django admin" },
  { via: "cli", label: "Command line" },
  { via: "hook", label: "Hook" },
  { via: "mcp", label: "MCP" },
  { via: "system", label: "The platform" },
];

export function describeDoor(via: AuditEntry["via"]): string {
  return DOORS.find((door) => door.via === via)?.label ?? "–";
}

/** Writes an action as words: `template_updated` as "Template updated". */
export function describeAction(action: string): string {
  const words = action.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const PAGES = new Map<string, (name: string) => string>([
  ["job", paths.job],
  ["template", paths.template],
  ["series", paths.jobsOfSeries],
  ["user", () => paths.users],
  ["group", () => paths.groups],
  ["grant", () => paths.grants],
  ["secret", () => paths.secrets],
]);

/** Returns the address of the page that shows an object such as `template:otp_send_job`; undefined if none does. */
export function getObjectPath(object: string): string | undefined {
  const end = object.indexOf(":");
  return PAGES.get(object.slice(0, end))?.(object.slice(end + 1));
}

type Change = { path: string; before?: unknown; after?: unknown };

/** Returns what an entry says to have changed, field by field. */
export function listChanges({ before, after }: Pick<AuditEntry, "before" | "after">): Change[] {
  const [old, fresh] = [new Map(Object.entries(before ?? {})), new Map(Object.entries(after ?? {}))];
  return [...new Set([...old.keys(), ...fresh.keys()])].sort().map((path) => ({
    path,
    ...(old.has(path) && { before: old.get(path) }),
    ...(fresh.has(path) && { after: fresh.get(path) }),
  }));
}
