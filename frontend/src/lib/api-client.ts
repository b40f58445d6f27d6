/** Sends every request to the REST API: adds the CSRF token, encodes JSON and throws typed errors. */
import { hasCode, NetworkError, readApiError } from "./api-error";
import { buildApiUrl, type Query } from "./env";
import { parseJson, toJson } from "./json";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

type RequestOptions = {
  query?: Query;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
};

let sessionEndHandler: () => void = () => undefined;
let csrfTokenOfSession = "";

/** Stores the CSRF token from the session's response. A page on another host than the server cannot read the cookie. */
export function rememberCsrfToken(token: string): void {
  csrfTokenOfSession = token;
}

/** Sets the function that is called whenever the server refuses the session: it is over, or needs a second factor first. */
export function setSessionEndHandler(callback: () => void): void {
  sessionEndHandler = callback;
}

/** Sends a request and returns the parsed JSON. `path` is relative to the API's root. Throws ApiError or NetworkError. */
export async function request<Answer>(method: Method, path: string, options: RequestOptions = {}): Promise<Answer> {
  const response = await sendRequest(method, path, options);
  if (response.status === 204) return undefined as Answer;
  // The server's OpenAPI document guarantees the shape. This is the only place that trusts it without a check.
  return parseJson(await response.text()) as Answer;
}

/** Sends a GET request and returns the body as text, for downloads. */
export async function requestText(path: string, options: RequestOptions = {}): Promise<string> {
  return (await sendRequest("GET", path, options)).text();
}

async function sendRequest(method: Method, path: string, options: RequestOptions): Promise<Response> {
  const headers = new Headers({ Accept: "application/json", ...options.headers });
  const init: RequestInit = { method, headers, credentials: "include", signal: options.signal ?? null };
  if (method !== "GET") headers.set("X-CSRFToken", readCsrfToken());
  if (options.body !== undefined) {
    headers.set("Content-Type", "application/json");
    // The text of a file is sent unchanged: parsing it here would round its large numbers.
    init.body = typeof options.body === "string" ? options.body : toJson(options.body);
  }
  const response = await fetch(buildApiUrl(path, options.query), init).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new NetworkError();
  });
  if (response.ok) return response;
  const error = await readApiError(response);
  if (response.status === 401 || hasCode(error, "second_factor_required")) sessionEndHandler();
  throw error;
}

function readCsrfToken(): string {
  return /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? csrfTokenOfSession;
}
