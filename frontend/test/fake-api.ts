import { vi } from "vitest";

import type { Problem } from "@/types/api";

export type RecordedRequest = { method: string; path: string; query: URLSearchParams; headers: Headers; body: unknown };
/** What to answer: JSON with 200, or a whole Response. */
type Answer = (asked: RecordedRequest) => unknown;

/** Answers `fetch` by "METHOD path" (below /api/v1/); tells what was asked. Anything else is a 404. */
export function fakeApi(routes: Record<string, Answer>): RecordedRequest[] {
  const log: RecordedRequest[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation((input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const text = init?.body;
    const request: RecordedRequest = {
      method: init?.method ?? "GET",
      path: url.pathname.replace("/api/v1/", ""),
      query: url.searchParams,
      headers: new Headers(init?.headers),
      body: typeof text === "string" && text !== "" ? (JSON.parse(text) as unknown) : undefined,
    };
    log.push(request);
    const answer = routes[`${request.method} ${request.path}`]?.(request) ?? refusal(404, { code: "not_found", detail: "There is nothing at this address." });
    return Promise.resolve(answer instanceof Response ? answer : Response.json(answer));
  });
  return log;
}

export function refusal(status: number, ...problems: Partial<Problem>[]): Response {
  const errors = problems.map((problem) => ({ attr: null, ...problem }));
  return Response.json({ type: "client_error", errors }, { status });
}
