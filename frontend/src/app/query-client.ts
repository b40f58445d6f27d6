import { QueryClient } from "@tanstack/react-query";

import { ApiError } from "@/lib/api-error";

/** What the server refused stays refused; a network or a server that was away for a moment gets two more tries. */
function worthAnotherTry(failures: number, error: Error): boolean {
  const refused = error instanceof ApiError && error.status < 500;
  return !refused && failures < 2;
}

export const queryClient = new QueryClient({
  defaultOptions: {
    // "Offline" is the browser's guess; the platform may well be on this very machine.
    queries: { staleTime: 10_000, retry: worthAnotherTry, networkMode: "always" },
    mutations: { networkMode: "always" },
  },
});
