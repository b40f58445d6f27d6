import { ChangeList } from "@/components/change-list";
import type { AuditEntry } from "@/types/api";
import { listChanges } from "../audit-text";
import classes from "./audit.module.css";

/** What an entry says to have changed, to be opened. */
export function EntryChanges({ entry }: { entry: AuditEntry }) {
  const changes = listChanges(entry);
  if (changes.length === 0) return null;
  return (
    <details className={classes.changes}>
      <summary>
        {changes.length} {changes.length === 1 ? "value" : "values"}
      </summary>
      <ChangeList changes={changes} />
    </details>
  );
}
