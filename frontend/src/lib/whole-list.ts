/** Lists of which a page shows all: the server gives them in pieces. */
import { request } from "./api-client";
import { toast } from "./toast";

type Piece<Row> = { next: string | null; results: Row[] };

const PIECE = 200;
const MOST_PIECES = 50;
const told = new Set<string>();

/** Follows `next` to the end, or so far that a browser can still show it; then it says that there are more. */
export async function wholeList<Row>(path: string, signal: AbortSignal): Promise<Row[]> {
  const rows: Row[] = [];
  let piece = await request<Piece<Row>>("GET", path, { query: { page_size: PIECE }, signal });
  rows.push(...piece.results);
  for (let count = 1; piece.next && count < MOST_PIECES; count += 1) {
    piece = await request<Piece<Row>>("GET", `${path}${queryOf(piece.next)}`, { signal });
    rows.push(...piece.results);
  }
  if (piece.next) tellOnce(path, rows.length);
  return rows;
}

/** Only the query of a `next` link is used: behind a proxy its host may be another. */
export function queryOf(link: string): string {
  return new URL(link, window.location.href).search;
}

function tellOnce(path: string, shown: number): void {
  if (told.has(path)) return;
  told.add(path);
  toast("bad", `There are more than ${shown.toLocaleString("en")} of them: this page has the first. The API has all.`);
}
