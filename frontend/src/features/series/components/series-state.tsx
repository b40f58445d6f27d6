import { IconFlag, IconPlayerPause, IconRepeat } from "@tabler/icons-react";

import classes from "@/components/state-badge.module.css";
import type { Series } from "@/types/api";

/** The word, its icon, and the job state whose hue it has. */
const STATES = {
  active: ["Active", IconRepeat, "queued"],
  paused: ["Paused", IconPlayerPause, "stopping"],
  ended: ["Ended", IconFlag, "terminated"],
} as const;

export function SeriesState({ state }: Pick<Series, "state">) {
  const [word, Icon, hue] = STATES[state];
  return (
    <span className={classes.badge} data-shown-state={hue}>
      <Icon size={14} aria-hidden />
      {word}
    </span>
  );
}
