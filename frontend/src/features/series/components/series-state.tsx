import { IconFlag, IconPlayerPause, IconRepeat } from "@tabler/icons-react";

import classes from "@/components/state-badge.module.css";
import type { Series } from "@/types/api";
import { describeState } from "../series-text";
import listed from "./series-list.module.css";

/** The label, the icon, and the job state whose colour is used. */
const STATES = {
  active: ["Active", IconRepeat, "queued"],
  paused: ["Paused", IconPlayerPause, "stopping"],
  ended: ["Ended", IconFlag, "terminated"],
} as const;

/** Shows the state of a series, with the reason and the end of a pause, or the number of failed runs. */
export function SeriesState({ series }: { series: Series }) {
  const [word, Icon, hue] = STATES[series.state];
  const more = describeState(series);
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
