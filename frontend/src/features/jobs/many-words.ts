import type { Operation } from "@/types/api";
import type { ManyReport } from "./api/many-jobs";

export function jobsWord(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "job" : "jobs"}`;
}

/** What would happen, by the numbers of a dry run. */
export function prospect(report: ManyReport): string {
  if (report.matched === 0) return "No job matches at this moment.";
  if ("created" in report) {
    const refused = report.refused.length;
    return `${jobsWord(report.matched)} would run again, each as a new job that is due at once.${refused > 0 ? ` ${jobsWord(refused)} of these would be refused.` : ""}`;
  }
  const parts = [
    report.terminated > 0 && `${jobsWord(report.terminated)} ${report.terminated === 1 ? "has" : "have"} not started and would end at once`,
    report.requested > 0 && `${jobsWord(report.requested)} would be asked to stop`,
    report.already_ended > 0 && `${jobsWord(report.already_ended)} ${report.already_ended === 1 ? "has" : "have"} ended already`,
  ].filter((part) => part !== false);
  return `${parts.join(", ")}.`;
}

/** Whether there would be anything to do. */
export function isWorthwhile(report: ManyReport): boolean {
  return "created" in report ? report.matched > report.refused.length : report.terminated + report.requested > 0;
}

export function outcome(report: ManyReport): string {
  if ("created" in report) return `${jobsWord(report.created.length)} created`;
  return `${jobsWord(report.terminated)} terminated, ${report.requested.toLocaleString("en")} asked to stop`;
}

const GOING_ON = { terminate: "Terminating", rerun: "Running again" } as const;
const OVER = { terminate: "Terminated", rerun: "Ran again" } as const;

/** How far an operation is, in a sentence. */
export function operationWords({ kind, state, matched, done, refused, created_by }: Operation): string {
  const verb = state === "running" ? GOING_ON[kind] : OVER[kind];
  const how = state === "cancelled" ? ", then cancelled" : "";
  const but = refused > 0 ? `, ${refused.toLocaleString("en")} refused` : "";
  return `${verb} ${done.toLocaleString("en")} of ${jobsWord(matched)}${but}${how}, for ${created_by}`;
}

export function operationPercent({ matched, done, refused }: Operation): number {
  return matched === 0 ? 100 : Math.floor((100 * (done + refused)) / matched);
}
