import type { Problem } from "@/types/api";
import { parseJson } from "./json";

/** The server's refusal, in its one shape. */
export class ApiError extends Error {
  readonly status: number;
  readonly problems: Problem[];
  readonly retryAfter: number | null;

  constructor(status: number, problems: Problem[], retryAfter: number | null = null) {
    super(problems.map((problem) => problem.detail).join(" ") || `The server answered ${status}.`);
    this.name = "ApiError";
    this.status = status;
    this.problems = problems;
    this.retryAfter = retryAfter;
  }
}

/** No answer at all: the network, or the server is away. */
export class NetworkError extends Error {
  constructor() {
    super("The server does not answer. Check the connection and try again.");
    this.name = "NetworkError";
  }
}

export function isStatus(error: unknown, status: number): error is ApiError {
  return error instanceof ApiError && error.status === status;
}

/** One sentence for people, whatever was thrown. */
export function describeError(error: unknown): string {
  if (error instanceof ApiError && error.retryAfter !== null) return `${error.message} Try again in ${error.retryAfter} s.`;
  return error instanceof Error ? error.message : "Something went wrong.";
}

/** Reads the error body; a proxy's HTML page becomes a problem that names the status. */
export async function readApiError(response: Response): Promise<ApiError> {
  const wait = Number(response.headers.get("Retry-After") ?? "");
  const body: unknown = await response.text().then(parseJson).catch(() => null);
  const problems = hasErrors(body) ? body.errors : [];
  return new ApiError(response.status, problems, wait > 0 ? wait : null);
}

function hasErrors(body: unknown): body is { errors: Problem[] } {
  return typeof body === "object" && body !== null && "errors" in body && Array.isArray(body.errors);
}
