import type { Problem } from "@/types/api";
import { parseJson } from "./json";

/** An error response of the server: its status and its list of problems. */
export class ApiError extends Error {
  readonly status: number;
  readonly problems: Problem[];
  readonly retryAfter: number | null;
  /** The whole body, for what a response has besides its problems. */
  readonly body: unknown;

  constructor(status: number, problems: Problem[], retryAfter: number | null = null, body: unknown = null) {
    super(problems.map((problem) => problem.detail).join(" ") || `The server answered ${status}.`);
    this.name = "ApiError";
    this.status = status;
    this.problems = problems;
    this.retryAfter = retryAfter;
    this.body = body;
  }
}

/** No response at all: the network or the server is down. */
export class NetworkError extends Error {
  constructor() {
    super("The server does not answer. Check the connection and try again.");
    this.name = "NetworkError";
  }
}

/** Returns whether the error is a response with this status. */
export function isStatus(error: unknown, status: number): error is ApiError {
  return error instanceof ApiError && error.status === status;
}

/** Returns whether the error is a response with a problem of this code. */
export function hasCode(error: unknown, code: string): error is ApiError {
  return error instanceof ApiError && error.problems.some((problem) => problem.code === code);
}

/** Returns a sentence for the user, whatever was thrown. */
export function describeError(error: unknown): string {
  if (error instanceof ApiError && error.retryAfter !== null) return `${error.message} Try again in ${error.retryAfter} s.`;
  return error instanceof Error ? error.message : "Something went wrong.";
}

/** Reads the body of an error response. A body that is not the API's, such as a proxy's HTML page, has no problems. */
export async function readApiError(response: Response): Promise<ApiError> {
  const wait = Number(response.headers.get("Retry-After") ?? "");
  const body: unknown = await response.text().then(parseJson).catch(() => null);
  const problems = hasErrors(body) ? body.errors : [];
  return new ApiError(response.status, problems, wait > 0 ? wait : null, body);
}

function hasErrors(body: unknown): body is { errors: Problem[] } {
  return typeof body === "object" && body !== null && "errors" in body && Array.isArray(body.errors);
}
