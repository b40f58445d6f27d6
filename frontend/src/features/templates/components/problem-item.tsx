import { toJson } from "@/lib/json";
import type { Problem } from "@/types/api";
import classes from "./import-dialog.module.css";

/** Shows a problem: its path, its sentence, the given value and the remedy. */
export function ProblemItem({ problem }: { problem: Problem }) {
  return (
    <li>
      {problem.attr && <code>{problem.attr}: </code>}
      {problem.detail}
      {problem.value !== undefined && problem.value !== null && (
        <>
          {" "}
          You wrote <code>{toJson(problem.value)}</code>.
        </>
      )}
      {problem.remedy && <span className={classes.remedy}>{problem.remedy}</span>}
    </li>
  );
}
