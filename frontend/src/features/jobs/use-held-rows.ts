import { useState } from "react";

import type { ListedJob } from "@/types/api";

type Held = { ids: ReadonlySet<string>; oldestId: string };

export type HeldRows = { rows: ListedJob[]; waiting: number; release: () => void };

/**
 * Holds back new rows while the user is busy, so that the list does not move. While `hold` is true, rows that are newer than
 * the snapshot are only counted (`waiting`) until `release` is called; rows of older pages are shown.
 */
export function useHeldRows(rows: ListedJob[], hold: boolean): HeldRows {
  const [held, setHeld] = useState<Held | null>(null);
  if (hold && !held) setHeld(takeSnapshot(rows));
  if (!hold && held) setHeld(null);
  if (!hold || !held) return { rows, waiting: 0, release: () => undefined };
  const shown = rows.filter((row) => held.ids.has(row.job_id) || row.job_id < held.oldestId);
  return { rows: shown, waiting: rows.length - shown.length, release: () => setHeld(takeSnapshot(rows)) };
}

function takeSnapshot(rows: ListedJob[]): Held {
  return { ids: new Set(rows.map((row) => row.job_id)), oldestId: rows.at(-1)?.job_id ?? "" };
}
