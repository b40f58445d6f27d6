import { vi } from "vitest";

import type { Problem } from "@/types/api";

export type RecordedRequest = { method: string; path: string; query: URLSearchParams; headers: Headers; body: unknown };
/** Returns the response to a request: JSON with status 200, or a whole Response. */
type Answer = (request: RecordedRequest) => unknown;

/** Replaces `fetch`: routes are "METHOD path" below /api/v1/, others return 404. Returns the list of recorded requests. */
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
    const answer = routes[`${request.method} ${request.path}`]?.(request) ?? makeRefusal(404, { code: "not_found", detail: "There is nothing at this address." });
    return Promise.resolve(answer instanceof Response ? answer : Response.json(answer));
  });
  return log;
}

/** Makes an error response of the API. */
export function makeRefusal(status: number, ...problems: Partial<Problem>[]): Response {
  const errors = problems.map((problem) => ({ attr: null, ...problem }));
  return Response.json({ type: "client_error", errors }, { status });
}
