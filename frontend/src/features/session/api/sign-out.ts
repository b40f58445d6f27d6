import { useMutation, type UseMutationResult } from "@tanstack/react-query";

import { request } from "@/lib/api-client";

export function useSignOut(): UseMutationResult<undefined, Error, void> {
  return useMutation({
    mutationFn: () => request<undefined>("DELETE", "session/"),
    // A page reload clears everything that the last user had loaded.
    onSuccess: () => window.location.assign("/"),
  });
}
