import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, type RenderResult } from "@testing-library/react";
import type { ReactNode } from "react";
import { MemoryRouter } from "react-router";

import { CurrentUserProvider } from "@/lib/current-user";
import { templatesQuery } from "@/lib/templates";
import type { Role, Template } from "@/types/api";
import { aTemplate } from "./factories";
import { aPerson } from "./people";

/** `templates`: those that the user sees, with the rights on them; null if they are to be read from the server. */
type Options = { role?: Role; viewer?: string | null; templates?: Template[] | null; address?: string; client?: QueryClient };

export function testClient(): QueryClient {
  return new QueryClient({ defaultOptions: { queries: { retry: false }, mutations: { retry: false } } });
}

/** Renders a component inside the providers that every page has. */
export function draw(
  ui: ReactNode,
  { role = "operator", viewer = null, templates = [aTemplate()], address = "/", client = testClient() }: Options = {},
): RenderResult {
  if (templates) client.setQueryData(templatesQuery.queryKey, templates);
  return render(
    <MantineProvider env="test">
      <QueryClientProvider client={client}>
        <MemoryRouter initialEntries={[address]}>
          <CurrentUserProvider value={aPerson(role, viewer)}>{ui}</CurrentUserProvider>
        </MemoryRouter>
      </QueryClientProvider>
    </MantineProvider>,
  );
}
