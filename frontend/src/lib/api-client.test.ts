import { describe, expect, it, vi } from "vitest";

import { fakeApi, makeRefusal } from "@test/fake-api";
import { request, setSessionEndHandler } from "./api-client";
import { ApiError, describeError, NetworkError } from "./api-error";

describe("request", () => {
  it("repeats a parameter that has several values and leaves out absent ones", async () => {
    const log = fakeApi({ "GET jobs/": () => ({ results: [] }) });
    await request("GET", "jobs/", { query: { state: ["failed", "running"], search: undefined } });
    expect(log[0]?.query.toString()).toBe("state=failed&state=running");
  });

  it("sends the CSRF token with what changes something, and only then", async () => {
    document.cookie = "csrftoken=abc123";
    const log = fakeApi({ "GET jobs/": () => ({}), "POST jobs/": () => ({}) });
    await request("GET", "jobs/");
    await request("POST", "jobs/", { body: {} });
    expect(log.map((sent) => sent.headers.get("X-CSRFToken"))).toEqual([null, "abc123"]);
  });

  it("throws the server's problems", async () => {
    const problem = { code: "minimum", detail: "Enter a whole number, 0 or more", attr: "payload.user_id" };
    fakeApi({ "POST jobs/": () => makeRefusal(400, problem) });
    const error: unknown = await request("POST", "jobs/", { body: {} }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect((error as ApiError).problems).toEqual([problem]);
  });

  it("calls the handler for signed-out users after a 401", async () => {
    const signedOut = vi.fn();
    setSessionEndHandler(signedOut);
    fakeApi({ "GET jobs/": () => makeRefusal(401, { code: "not_authenticated", detail: "Sign in first." }) });
    await expect(request("GET", "jobs/")).rejects.toThrow("Sign in first.");
    expect(signedOut).toHaveBeenCalledOnce();
  });

  it("has words for a proxy's page and for when to come back", async () => {
    const answer = new Response("<h1>Bad gateway</h1>", { status: 503, headers: { "Retry-After": "5" } });
    fakeApi({ "GET jobs/": () => answer });
    const error: unknown = await request("GET", "jobs/").catch((thrown: unknown) => thrown);
    expect(describeError(error)).toBe("The server answered 503. Try again in 5 s.");
  });

  it("throws one kind of error when there is no answer", async () => {
    vi.spyOn(globalThis, "fetch").mockRejectedValue(new TypeError("Failed to fetch"));
    await expect(request("GET", "jobs/")).rejects.toBeInstanceOf(NetworkError);
  });
});
