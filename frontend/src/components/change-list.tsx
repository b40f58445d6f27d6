import { toJson } from "@/lib/json";
import classes from "./change-list.module.css";

type Change = { path: string; before?: unknown; after?: unknown };

/** Lists the differences between two documents: each path with its old and its new value. */
export function ChangeList({ changes }: { changes: Change[] }) {
  return (
    <ul className={classes.list}>
      {changes.map((change) => (
        <li key={change.path}>
          <code className={classes.path}>{change.path}</code>
          {"before" in change && <Side word="was" value={change.before} kind={classes.before} />}
          {"after" in change ? (
            <Side word="is now" value={change.after} kind={classes.after} />
          ) : (
            <span className={classes.word}>is gone</span>
          )}
        </li>
      ))}
    </ul>
  );
}

function Side({ word, value, kind }: { word: string; value: unknown; kind: string | undefined }) {
  return (
    <span>
      <span className={classes.word}>{word}</span> <code className={kind}>{toJson(value)}</code>
    </span>
  );
}
