import type { Operation } from "@/types/api";
import type { ManyReport } from "./api/many-jobs";

export function formatJobCount(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "job" : "jobs"}`;
}

/** Describes the result of a dry run. */
export function describeDryRun(report: ManyReport): string {
  if (report.matched === 0 && !report.capped) return "No job matches at this moment.";
  const more = report.capped ? " More may match: they are too many to count." : "";
  if ("created" in report) {
    const refused = report.refused.length;
    return `${formatJobCount(report.matched)} would run again, each as a new job that is due at once.${refused > 0 ? ` ${formatJobCount(refused)} of these would be refused.` : ""}${more}`;
  }
  const parts = [
    report.terminated > 0 && `${formatJobCount(report.terminated)} ${report.terminated === 1 ? "has" : "have"} not started and would end at once`,
    report.requested > 0 && `${formatJobCount(report.requested)} would be asked to stop`,
    report.already_ended > 0 && `${formatJobCount(report.already_ended)} ${report.already_ended === 1 ? "has" : "have"} ended already`,
  ].filter((part) => part !== false);
  return `${parts.join(", ")}.${more}`;
}

/** Returns whether the action would change anything. */
export function isWorthwhile(report: ManyReport): boolean {
  return "created" in report ? report.matched > report.refused.length : report.terminated + report.requested > 0;
}

export function describeReport(report: ManyReport): string {
  if ("created" in report) return `${formatJobCount(report.created.length)} created`;
  return `${formatJobCount(report.terminated)} terminated, ${report.requested.toLocaleString("en")} asked to stop`;
}

const RUNNING_VERBS = { terminate: "Terminating", rerun: "Running again" } as const;
const ENDED_VERBS = { terminate: "Terminated", rerun: "Ran again" } as const;

/** Describes the progress of an operation in a sentence. */
export function describeOperation({ kind, state, matched, done, refused, created_by }: Operation): string {
  const verb = state === "running" ? RUNNING_VERBS[kind] : ENDED_VERBS[kind];
  const how = state === "cancelled" ? ", then cancelled" : "";
  const but = refused > 0 ? `, ${refused.toLocaleString("en")} refused` : "";
  return `${verb} ${done.toLocaleString("en")} of ${formatJobCount(matched)}${but}${how}, for ${created_by}`;
}

export function computeOperationPercent({ matched, done, refused }: Operation): number {
  return matched === 0 ? 100 : Math.floor((100 * (done + refused)) / matched);
}
