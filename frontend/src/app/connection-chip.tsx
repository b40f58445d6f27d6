import { IconAlertTriangle, IconBolt, IconBoltOff, IconRefresh, IconWifiOff } from "@tabler/icons-react";
import type { ReactNode } from "react";

import { useConnection, type Connection } from "@/lib/connection";
import type { HealthStatus } from "@/lib/health";
import { formatShortTime } from "@/lib/time";
import classes from "./connection-chip.module.css";
import { useVisibleHealth } from "./use-health";

type ChipContent = { state: string; icon: ReactNode; word: string; dated: boolean };

const ICON = { size: 15, "aria-hidden": true };

/** Shown instead of "Live" when frames arrive but the platform is not ready. */
const NOT_READY: Record<Exclude<HealthStatus, "ready">, Pick<ChipContent, "state" | "word">> = {
  degraded: { state: "degraded", word: "Degraded" },
  unavailable: { state: "unavailable", word: "Unavailable" },
  unreachable: { state: "unavailable", word: "No response" },
};

function describeConnection({ phase, online }: Connection, health: HealthStatus): ChipContent {
  if (phase === "live" && health !== "ready") return { ...NOT_READY[health], icon: <IconAlertTriangle {...ICON} />, dated: false };
  if (phase === "live") return { state: "live", icon: <IconBolt {...ICON} />, word: "Live", dated: false };
  if (!online) return { state: "offline", icon: <IconWifiOff {...ICON} />, word: "Offline", dated: true };
  if (phase === "not_live") return { state: "not-live", icon: <IconBoltOff {...ICON} />, word: "Not live", dated: true };
  if (phase === "connecting") return { state: "connecting", icon: <IconRefresh {...ICON} />, word: "Connecting", dated: false };
  return { state: "reconnecting", icon: <IconRefresh {...ICON} />, word: "Reconnecting", dated: true };
}

/** Shows whether the platform is ready and whether the page is live; if it is not live, the time of its data. */
export function ConnectionChip() {
  const connection = useConnection();
  const { state, icon, word, dated } = describeConnection(connection, useVisibleHealth()?.status ?? "ready");
  return (
    <div className={classes.chip} data-connection={state}>
      {icon}
      <span role="status">{word}</span>
      {dated && connection.dataAt !== null && (
        <span className={classes.date}>
          data from <span className="tabular">{formatShortTime(connection.dataAt)}</span>
        </span>
      )}
    </div>
  );
}
