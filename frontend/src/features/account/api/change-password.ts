import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";
import { queryKeys } from "@/lib/query-keys";

export type PasswordChange = { current_password: string; new_password: string };

/** Changes one's own password. This session stays; all others end. */
export function useChangePassword(): UseMutationResult<undefined, Error, PasswordChange> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change) => request<undefined>("POST", "session/password/", { body: change }),
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.sessions }),
  });
}
