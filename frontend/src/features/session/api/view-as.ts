import { useMutation, type UseMutationResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { reloadPage } from "@/lib/reload-page";
import type { Role } from "@/types/api";

/** Whom an admin looks at the platform as: a user, or anybody with a role. */
export type ViewTarget = { user: string } | { role: Role };

/** Shows what somebody else sees, from the next page load on. */
export function useViewAs(): UseMutationResult<undefined, Error, ViewTarget> {
  return useMutation({
    mutationFn: (target) => request<undefined>("POST", "session/view-as/", { body: target }),
    onSuccess: reloadPage,
  });
}

/** Shows again what the admin sees. */
export function useEndView(): UseMutationResult<undefined, Error, void> {
  return useMutation({ mutationFn: () => request<undefined>("DELETE", "session/view-as/"), onSuccess: reloadPage });
}
