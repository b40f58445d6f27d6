import { Alert, Button } from "@mantine/core";
import { IconPinned } from "@tabler/icons-react";

import type { Problem } from "@/types/api";
import { ProblemItem } from "./problem-item";
import classes from "./template-editor.module.css";

type IncompatiblePayloadsProps = { problems: readonly Problem[]; pinLabel: string; onPin: () => void };

/** Lists the series and waiting jobs whose payloads the new version would refuse, with a button to keep their version. */
export function IncompatiblePayloads({ problems, pinLabel, onPin }: IncompatiblePayloadsProps) {
  return (
    <Alert role="alert" variant="light" color="yellow" icon={<IconPinned size={18} aria-hidden />} title="Jobs that are under way would not pass">
      <ul>
        {problems.map((problem, index) => (
          <ProblemItem key={index} problem={problem} />
        ))}
      </ul>
      <div className={classes.actions}>
        <Button size="xs" variant="default" onClick={onPin}>
          {pinLabel}
        </Button>
      </div>
    </Alert>
  );
}
