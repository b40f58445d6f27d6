/** Provides the signed-in user and their rights. The server enforces rights; this module only serves to hide controls. */
import { createContext, use } from "react";

import type { Role, User } from "@/types/api";

/** The rights that depend on no job type. operate: Django's admin; edit: new templates; administer: who may do what. */
export type Right = "operate" | "edit" | "administer";

const RIGHTS: Record<Role, readonly Right[]> = {
  viewer: [],
  operator: ["operate"],
  editor: ["operate", "edit"],
  admin: ["operate", "edit", "administer"],
};

const CurrentUser = createContext<User | null>(null);

export const CurrentUserProvider = CurrentUser.Provider;

export function useCurrentUser(): User {
  const user = use(CurrentUser);
  if (!user) throw new Error("useCurrentUser must be called inside the session gate");
  return user;
}

/** Returns whether the signed-in user's role gives a right. Rights on job types are in job-rights.ts. */
export function useMay(right: Right): boolean {
  return RIGHTS[useCurrentUser().role].includes(right);
}
