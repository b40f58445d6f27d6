import { Alert, Button } from "@mantine/core";
import { IconPinned } from "@tabler/icons-react";

import type { Problem } from "@/types/api";
import { ProblemItem } from "./problem-item";
import classes from "./template-editor.module.css";

type MisfitsProps = { problems: readonly Problem[]; pinWords: string; onPin: () => void };

/** The series and waiting jobs that stand in the way, and the way on: without them. */
export function Misfits({ problems, pinWords, onPin }: MisfitsProps) {
  return (
    <Alert role="alert" variant="light" color="yellow" icon={<IconPinned size={18} aria-hidden />} title="Jobs that are under way would not pass">
      <ul>
        {problems.map((problem, index) => (
          <ProblemItem key={index} problem={problem} />
        ))}
      </ul>
      <div className={classes.actions}>
        <Button size="xs" variant="default" onClick={onPin}>
          {pinWords}
        </Button>
      </div>
    </Alert>
  );
}
