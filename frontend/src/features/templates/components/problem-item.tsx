import { toJson } from "@/lib/json";
import type { Problem } from "@/types/api";
import classes from "./import-dialog.module.css";

/** Where, what, what stood there, and what to write instead. */
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
