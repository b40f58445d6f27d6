import type { Grant, JobRight, Role } from "@/types/api";

/** From the fewest rights to the most; each includes those before it. */
export const ROLES: readonly { role: Role; label: string; help: string }[] = [
  { role: "viewer", label: "Viewer", help: "Reads jobs, series and templates that are open." },
  { role: "operator", label: "Operator", help: "Also runs and stops their jobs." },
  { role: "editor", label: "Editor", help: "Also changes templates, series and queues." },
  { role: "admin", label: "Admin", help: "May do everything, also who may do what." },
];

export const RIGHTS: readonly { right: JobRight; label: string; help: string }[] = [
  { right: "see", label: "See", help: "That its jobs ran, when and by whom. Each right includes this." },
  { right: "read", label: "Read", help: "Payload, result, error and log of all its jobs." },
  { right: "run", label: "Run", help: "Create jobs, run its series now; read the jobs that one made." },
  { right: "stop", label: "Stop", help: "Terminate its jobs." },
  { right: "edit", label: "Edit", help: "Change its template and its series." },
];

export function describeRole(role: Role): string {
  return ROLES.find((one) => one.role === role)?.label ?? role;
}

/** Describes the rights of a grant in their usual order; `see` only where it is the only one, as all include it. */
export function describeRights(rights: readonly JobRight[]): string {
  const shown = RIGHTS.filter(({ right }) => rights.includes(right) && (right !== "see" || rights.length === 1));
  return shown.map(({ label }) => label).join(", ");
}

export function describeReceiver({ user, group }: Pick<Grant, "user" | "group">): string {
  return group === null ? (user ?? "") : `the group ${group}`;
}

export function formatCount(count: number, word: string): string {
  return `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
}
