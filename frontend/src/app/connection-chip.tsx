import { IconBolt, IconBoltOff, IconRefresh, IconWifiOff } from "@tabler/icons-react";
import type { ReactNode } from "react";

import { useConnection, type Connection } from "@/lib/connection";
import { shortTime } from "@/lib/time";
import classes from "./connection-chip.module.css";

type Shown = { state: string; icon: ReactNode; word: string; dated: boolean };

const ICON = { size: 15, "aria-hidden": true };

function show({ phase, online }: Connection): Shown {
  if (phase === "live") return { state: "live", icon: <IconBolt {...ICON} />, word: "Live", dated: false };
  if (!online) return { state: "offline", icon: <IconWifiOff {...ICON} />, word: "Offline", dated: true };
  if (phase === "not_live") return { state: "not-live", icon: <IconBoltOff {...ICON} />, word: "Not live", dated: true };
  if (phase === "connecting") return { state: "connecting", icon: <IconRefresh {...ICON} />, word: "Connecting", dated: false };
  return { state: "reconnecting", icon: <IconRefresh {...ICON} />, word: "Reconnecting", dated: true };
}

/** Always in sight: whether what the page shows is of this second, and of when it is if not. */
export function ConnectionChip() {
  const connection = useConnection();
  const { state, icon, word, dated } = show(connection);
  return (
    <div className={classes.chip} data-connection={state}>
      {icon}
      <span role="status">{word}</span>
      {dated && connection.dataAt !== null && (
        <span className={classes.date}>
          data from <span className="tabular">{shortTime(connection.dataAt)}</span>
        </span>
      )}
    </div>
  );
}
