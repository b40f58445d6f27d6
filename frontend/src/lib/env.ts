/** Where the platform answers: the only module that knows addresses. Same origin, unless the build or the page names another. */

function meta(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? "";
}

const configured: unknown = import.meta.env.VITE_API_ORIGIN;
const apiOrigin = (typeof configured === "string" && configured) || meta("api-origin") || window.location.origin;

export const sameOrigin = new URL(apiOrigin).origin === window.location.origin;

export type Query = Record<string, string | number | boolean | readonly string[] | undefined>;

export function apiUrl(path: string, query: Query = {}): string {
  return withQuery(new URL(`/api/v1/${path}`, apiOrigin), query).href;
}

export function socketUrl(query: Query = {}): string {
  const url = withQuery(new URL("/ws/jobs/", apiOrigin), query);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

/** Whether the platform runs jobs; beside the API, for load balancers too. */
export const healthUrl = new URL("/health/ready", apiOrigin).href;
export const adminUrl = new URL("/admin/", apiOrigin).href;
export const apiRootUrl = apiUrl("");
export const apiDocsUrl = new URL("/api/docs/", apiOrigin).href;

/** The style policy's nonce for this very page; the placeholder stays where no server fills it (the dev server). */
export const styleNonce = meta("csp-nonce");

function withQuery(url: URL, query: Query): URL {
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) url.searchParams.append(name, String(one));
  }
  return url;
}
