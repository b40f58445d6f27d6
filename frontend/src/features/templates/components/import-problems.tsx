import { ApiError, describeError } from "@/lib/api-error";
import classes from "./import-dialog.module.css";
import { ProblemItem } from "./problem-item";

export function ImportProblems({ error }: { error: Error }) {
  const problems = error instanceof ApiError ? error.problems : [];
  return (
    <div className={classes.problems} role="alert">
      <p className={classes.heading}>Nothing was stored</p>
      {problems.length === 0 && <p>{describeError(error)}</p>}
      <ul className={classes.list}>
        {problems.map((problem, index) => (
          <ProblemItem key={index} problem={problem} />
        ))}
      </ul>
    </div>
  );
}
