/** Provides the signed-in user and their rights. The server enforces rights; this module only serves to hide controls. */
import { createContext, use } from "react";

import type { Right, User } from "@/types/api";

const CurrentUser = createContext<User | null>(null);

export const CurrentUserProvider = CurrentUser.Provider;

export function useCurrentUser(): User {
  const user = use(CurrentUser);
  if (!user) throw new Error("useCurrentUser must be called inside the session gate");
  return user;
}

/** Returns whether the signed-in user has a right that depends on no job type. Rights on job types are in job-rights.ts. */
export function useMay(right: Right): boolean {
  return useCurrentUser().may.includes(right);
}
