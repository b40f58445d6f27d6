/** What the signed-in user may do with a job type. The server enforces rights; this module only serves to hide controls. */
import { useQuery } from "@tanstack/react-query";

import type { JobRight, Template } from "@/types/api";
import { useMay } from "./current-user";
import { templateQuery, useTemplates } from "./templates";

/** `create`: make jobs of it by hand, for which a system template asks for `edit` as well. */
export type RightsOnType = Record<JobRight | "create", boolean>;

/** Returns the rights that a template's `meta` names. */
export function getRights({ userTriggered, meta }: Template): RightsOnType {
  const has = (right: JobRight): boolean => meta.rights.includes(right);
  const create = has("run") && (userTriggered || has("edit"));
  return { see: has("see"), read: has("read"), run: has("run"), stop: has("stop"), edit: has("edit"), create };
}

const NO_RIGHTS: RightsOnType = { see: false, read: false, run: false, stop: false, edit: false, create: false };

/** Returns what the user may do with a job type; nothing until that is known. */
export function useRightsOn(jobType: string): RightsOnType {
  const templates = useTemplates();
  const listed = templates.data?.find(({ type }) => type === jobType);
  // An archived template is not listed, but its last jobs may still be stopped.
  const unlisted = useQuery({ ...templateQuery(jobType), enabled: templates.isSuccess && !listed });
  const template = listed ?? unlisted.data;
  return template ? getRights(template) : NO_RIGHTS;
}

/** Returns whether there is a listed job type on which the user has the right. */
export function useMaySomewhere(right: keyof RightsOnType): boolean {
  return useTemplates().data?.some((template) => getRights(template)[right]) ?? false;
}

/** Returns whether the user may store templates: by the role, or by a grant on one of those that exist. */
export function useMayStoreTemplates(): boolean {
  const byGrant = useMaySomewhere("edit");
  return useMay("edit") || byGrant;
}

const DOES: Record<JobRight, string> = {
  see: "see",
  read: "read the jobs of",
  run: "run",
  stop: "stop the jobs of",
  edit: "edit",
};

/** Says which right is missing and whom to ask. */
export function describeMissingRight(right: JobRight, jobType: string): string {
  return `You need the right to ${DOES[right]} ${jobType}: ask an admin for a grant that gives it.`;
}
