/** The one door to the REST API: addresses, CSRF, JSON, typed errors. */
import { NetworkError, readApiError } from "./api-error";
import { apiUrl, type Query } from "./env";
import { parseJson, toJson } from "./json";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

type RequestOptions = {
  query?: Query;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
};

let onSignedOut: () => void = () => undefined;
let answeredToken = "";

/** The session's answer carries the CSRF token too, for a page whose host is not the server's: it cannot read the cookie. */
export function rememberCsrfToken(token: string): void {
  answeredToken = token;
}

/** Called whenever the server answers 401: the session is over. */
export function whenSignedOut(callback: () => void): void {
  onSignedOut = callback;
}

/** `path` is relative to the API's root. */
export async function request<Answer>(method: Method, path: string, options: RequestOptions = {}): Promise<Answer> {
  const response = await send(method, path, options);
  if (response.status === 204) return undefined as Answer;
  // The shape is the server's promise (its OpenAPI document); this is the only place that takes it on trust.
  return parseJson(await response.text()) as Answer;
}

/** The raw body, for downloads. */
export async function requestText(path: string, options: RequestOptions = {}): Promise<string> {
  return (await send("GET", path, options)).text();
}

async function send(method: Method, path: string, options: RequestOptions): Promise<Response> {
  const headers = new Headers({ Accept: "application/json", ...options.headers });
  const init: RequestInit = { method, headers, credentials: "include", signal: options.signal ?? null };
  if (method !== "GET") headers.set("X-CSRFToken", csrfToken());
  if (options.body !== undefined) {
    headers.set("Content-Type", "application/json");
    // A file's text goes as it is: parsing it here would round its large numbers.
    init.body = typeof options.body === "string" ? options.body : toJson(options.body);
  }
  const response = await fetch(apiUrl(path, options.query), init).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new NetworkError();
  });
  if (response.ok) return response;
  if (response.status === 401) onSignedOut();
  throw await readApiError(response);
}

function csrfToken(): string {
  return /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? answeredToken;
}
