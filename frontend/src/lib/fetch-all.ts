/** Reads whole lists, which the server returns in pages. */
import { request } from "./api-client";
import { showToast } from "./toast";

type Page<Row> = { next: string | null; results: Row[] };

const PAGE_SIZE = 200;
const MAX_PAGES = 50;
const warnedPaths = new Set<string>();

/** Follows `next` through all pages and returns all rows. After MAX_PAGES it stops and shows a warning once per list. */
export async function fetchAll<Row>(path: string, signal: AbortSignal, query: Record<string, string> = {}): Promise<Row[]> {
  const rows: Row[] = [];
  let page = await request<Page<Row>>("GET", path, { query: { ...query, page_size: PAGE_SIZE }, signal });
  rows.push(...page.results);
  for (let count = 1; page.next && count < MAX_PAGES; count += 1) {
    page = await request<Page<Row>>("GET", `${path}${getQuery(page.next)}`, { signal });
    rows.push(...page.results);
  }
  if (page.next) warnOnce(path, rows.length);
  return rows;
}

/** Returns the query of a `next` link. Its host is not used, because behind a proxy it may differ. */
export function getQuery(link: string): string {
  return new URL(link, window.location.href).search;
}

function warnOnce(path: string, shown: number): void {
  if (warnedPaths.has(path)) return;
  warnedPaths.add(path);
  showToast("bad", `There are more than ${shown.toLocaleString("en")} of them: this page has the first. The API has all.`);
}
