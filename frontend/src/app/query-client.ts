import { QueryClient } from "@tanstack/react-query";

import { ApiError } from "@/lib/api-error";

/** Retries network errors and 5xx responses twice. A refused request (4xx) would be refused again. */
function shouldRetry(failures: number, error: Error): boolean {
  const isRefused = error instanceof ApiError && error.status < 500;
  return !isRefused && failures < 2;
}

export const queryClient = new QueryClient({
  defaultOptions: {
    // The browser's "offline" is only a guess: the platform may run on this machine.
    queries: { staleTime: 10_000, retry: shouldRetry, networkMode: "always" },
    mutations: { networkMode: "always" },
  },
});
