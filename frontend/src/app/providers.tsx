import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { BrowserRouter } from "react-router";

import { CrashBoundary } from "@/components/crash-boundary";
import { styleNonce } from "@/lib/env";
import { queryClient } from "./query-client";
import { SessionGate } from "./session-gate";
import { theme } from "./theme";

export function Providers({ children }: { children: ReactNode }) {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => styleNonce}>
      <CrashBoundary>
        <QueryClientProvider client={queryClient}>
          {/* Filters are in the address, and a pressed control must change at once, not in a transition. */}
          <BrowserRouter useTransitions={false}>
            <SessionGate>{children}</SessionGate>
          </BrowserRouter>
        </QueryClientProvider>
      </CrashBoundary>
    </MantineProvider>
  );
}
