/** Provides the signed-in user and their rights. The server enforces rights; this module only serves to hide controls. */
import { createContext, use } from "react";

import type { Role, User } from "@/types/api";

/** see: read; operate: create user-triggered jobs, terminate, re-run; edit: templates and system jobs; administer: all. */
export type Right = "see" | "operate" | "edit" | "administer";

const RIGHTS: Record<Role, readonly Right[]> = {
  viewer: ["see"],
  operator: ["see", "operate"],
  editor: ["see", "operate", "edit"],
  admin: ["see", "operate", "edit", "administer"],
};

const CurrentUser = createContext<User | null>(null);

export const CurrentUserProvider = CurrentUser.Provider;

export function useCurrentUser(): User {
  const user = use(CurrentUser);
  if (!user) throw new Error("useCurrentUser must be called inside the session gate");
  return user;
}

/** Returns whether the signed-in user has a right. */
export function useMay(right: Right): boolean {
  return RIGHTS[useCurrentUser().role].includes(right);
}
