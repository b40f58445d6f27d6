/** Who is signed in and what their role allows, for everything below the session gate. The server decides; this only hides. */
import { createContext, use } from "react";

import type { Role, User } from "@/types/api";

/** see: look; operate: create user-triggered jobs, terminate, re-run; edit: templates and system jobs; administer: all. */
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
  if (!user) throw new Error("useCurrentUser is for what stands inside the session gate");
  return user;
}

export function useMay(right: Right): boolean {
  return RIGHTS[useCurrentUser().role].includes(right);
}
