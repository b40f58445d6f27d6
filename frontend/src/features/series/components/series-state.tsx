import { IconFlag, IconPlayerPause, IconRepeat } from "@tabler/icons-react";

import classes from "@/components/state-badge.module.css";
import type { Series } from "@/types/api";
import { stateWords } from "../series-words";
import listed from "./series-list.module.css";

/** The word, its icon, and the job state whose hue it has. */
const STATES = {
  active: ["Active", IconRepeat, "queued"],
  paused: ["Paused", IconPlayerPause, "stopping"],
  ended: ["Ended", IconFlag, "terminated"],
} as const;

/** With why it stands still, until when, and that its runs fail. */
export function SeriesState({ series }: { series: Series }) {
  const [word, Icon, hue] = STATES[series.state];
  const more = stateWords(series);
  return (
    <>
      <span className={classes.badge} data-shown-state={hue}>
        <Icon size={14} aria-hidden />
        {word}
      </span>
      {more && <span className={listed.more}>{more}</span>}
    </>
  );
}
