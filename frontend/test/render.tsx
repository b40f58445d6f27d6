import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, type RenderResult } from "@testing-library/react";
import type { ReactNode } from "react";
import { MemoryRouter } from "react-router";

import { CurrentUserProvider } from "@/lib/current-user";
import type { Role } from "@/types/api";

type Options = { role?: Role; address?: string; client?: QueryClient };

export function testClient(): QueryClient {
  return new QueryClient({ defaultOptions: { queries: { retry: false }, mutations: { retry: false } } });
}

/** Renders a component inside the providers that every page has. */
export function draw(ui: ReactNode, { role = "operator", address = "/", client = testClient() }: Options = {}): RenderResult {
  return render(
    <MantineProvider env="test">
      <QueryClientProvider client={client}>
        <MemoryRouter initialEntries={[address]}>
          <CurrentUserProvider value={{ username: "ann", role }}>{ui}</CurrentUserProvider>
        </MemoryRouter>
      </QueryClientProvider>
    </MantineProvider>,
  );
}
