/** Builds the platform's URLs. The origin is the page's own, unless the build or the page names another one. */

function readMeta(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? "";
}

const configuredOrigin: unknown = import.meta.env.VITE_API_ORIGIN;
const apiOrigin = (typeof configuredOrigin === "string" && configuredOrigin) || readMeta("api-origin") || window.location.origin;

export const sameOrigin = new URL(apiOrigin).origin === window.location.origin;

export type Query = Record<string, string | number | boolean | readonly string[] | undefined>;

export function buildApiUrl(path: string, query: Query = {}): string {
  return addQuery(new URL(`/api/v1/${path}`, apiOrigin), query).href;
}

export function buildSocketUrl(query: Query = {}): string {
  const url = addQuery(new URL("/ws/jobs/", apiOrigin), query);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

/** The readiness endpoint, which load balancers use as well. It is not part of the API. */
export const healthUrl = new URL("/health/ready", apiOrigin).href;
export const adminUrl = new URL("/admin/", apiOrigin).href;
export const apiRootUrl = buildApiUrl("");
export const apiDocsUrl = new URL("/api/docs/", apiOrigin).href;

/** The CSP nonce for styles of this page. With the dev server, which does not fill it in, it stays a placeholder. */
export const styleNonce = readMeta("csp-nonce");

function addQuery(url: URL, query: Query): URL {
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) url.searchParams.append(name, String(one));
  }
  return url;
}
