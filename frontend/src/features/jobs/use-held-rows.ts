import { useState } from "react";

import type { ListedJob } from "@/types/api";

type Held = { known: ReadonlySet<string>; oldest: string };

export type HeldRows = { rows: ListedJob[]; waiting: number; release: () => void };

/**
 * Keeps rows where the reader looks. While `hold`, rows that were not there when it began wait to be shown (`waiting`);
 * older pages asked for meanwhile are no news and come through.
 */
export function useHeldRows(rows: ListedJob[], hold: boolean): HeldRows {
  const [held, setHeld] = useState<Held | null>(null);
  if (hold && !held) setHeld(snapshot(rows));
  if (!hold && held) setHeld(null);
  if (!hold || !held) return { rows, waiting: 0, release: () => undefined };
  const shown = rows.filter((row) => held.known.has(row.job_id) || row.job_id < held.oldest);
  return { rows: shown, waiting: rows.length - shown.length, release: () => setHeld(snapshot(rows)) };
}

function snapshot(rows: ListedJob[]): Held {
  return { known: new Set(rows.map((row) => row.job_id)), oldest: rows.at(-1)?.job_id ?? "" };
}
