import { IconAlertTriangle, IconBolt, IconBoltOff, IconRefresh, IconWifiOff } from "@tabler/icons-react";
import type { ReactNode } from "react";

import { useConnection, type Connection } from "@/lib/connection";
import type { HealthStatus } from "@/lib/health";
import { shortTime } from "@/lib/time";
import classes from "./connection-chip.module.css";
import { useTroubles } from "./use-health";

type Shown = { state: string; icon: ReactNode; word: string; dated: boolean };

const ICON = { size: 15, "aria-hidden": true };

/** Frames arrive, but of what cannot go on. */
const TROUBLED: Record<Exclude<HealthStatus, "ready">, Pick<Shown, "state" | "word">> = {
  degraded: { state: "degraded", word: "Degraded" },
  unavailable: { state: "unavailable", word: "Unavailable" },
  unreachable: { state: "unavailable", word: "No response" },
};

function show({ phase, online }: Connection, health: HealthStatus): Shown {
  if (phase === "live" && health !== "ready") return { ...TROUBLED[health], icon: <IconAlertTriangle {...ICON} />, dated: false };
  if (phase === "live") return { state: "live", icon: <IconBolt {...ICON} />, word: "Live", dated: false };
  if (!online) return { state: "offline", icon: <IconWifiOff {...ICON} />, word: "Offline", dated: true };
  if (phase === "not_live") return { state: "not-live", icon: <IconBoltOff {...ICON} />, word: "Not live", dated: true };
  if (phase === "connecting") return { state: "connecting", icon: <IconRefresh {...ICON} />, word: "Connecting", dated: false };
  return { state: "reconnecting", icon: <IconRefresh {...ICON} />, word: "Reconnecting", dated: true };
}

/** Always in sight: whether jobs run, whether what the page shows is of this second, and of when it is if not. */
export function ConnectionChip() {
  const connection = useConnection();
  const { state, icon, word, dated } = show(connection, useTroubles()?.status ?? "ready");
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
