import { VisuallyHidden } from "@mantine/core";
import { IconAlertTriangle, IconPlugConnectedX } from "@tabler/icons-react";
import { useState } from "react";

import { useElapsed } from "@/lib/clock";
import type { Health, HealthStatus, PlatformProblem } from "@/lib/health";
import { shortTime, wholeDuration, withLocalTimes } from "@/lib/time";
import classes from "./health-banner.module.css";
import { useTroubles } from "./use-health";

const TITLES: Record<Exclude<HealthStatus, "ready">, string> = {
  degraded: "The platform is degraded",
  unavailable: "The platform is unavailable",
  unreachable: "The server does not respond",
};
/** The gravest come first; the others are folded away. */
const SHOWN = 3;

/** Above the page while the platform does not do all of its work: what is wrong, in words, and for how long. */
export function HealthBanner() {
  const troubles = useTroubles();
  return (
    <>
      {troubles && troubles.status !== "ready" && <Troubles health={troubles} title={TITLES[troubles.status]} />}
      <Announcement text={troubles && troubles.status !== "ready" ? announcementOf(troubles, TITLES[troubles.status]) : null} />
    </>
  );
}

function Troubles({ health, title }: { health: Health; title: string }) {
  const { problems, status } = health;
  const Icon = status === "unreachable" ? IconPlugConnectedX : IconAlertTriangle;
  const more = problems.slice(SHOWN);
  return (
    <section className={classes.banner} data-health={status} aria-label={title}>
      <Icon size={20} aria-hidden className={classes.icon} />
      <div className={classes.words}>
        <p className={classes.title}>
          {title} <Elapsed problems={problems} />
        </p>
        <Sentences problems={problems.slice(0, SHOWN)} />
        {more.length > 0 && (
          <details>
            <summary>{more.length === 1 ? "1 more problem" : `${more.length} more problems`}</summary>
            <Sentences problems={more} />
          </details>
        )}
      </div>
    </section>
  );
}

function Sentences({ problems }: { problems: readonly PlatformProblem[] }) {
  return (
    <ul className={classes.sentences}>
      {problems.map(({ code, detail, since, atLeast }) => (
        <li key={code}>
          {withLocalTimes(detail)}{" "}
          <span className={classes.since}>
            {atLeast ? "Seen since" : "Since"} <span className="tabular">{shortTime(since)}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** By the oldest of them. */
function Elapsed({ problems }: { problems: readonly PlatformProblem[] }) {
  const oldest = problems.reduce<PlatformProblem | null>((old, one) => (old && old.since <= one.since ? old : one), null);
  const elapsed = useElapsed(oldest?.since ?? Infinity);
  return (
    <span className={`${classes.elapsed} tabular`}>
      for {oldest?.atLeast && "at least "}
      {wholeDuration(elapsed)}
    </span>
  );
}

/** Read out when a problem comes or goes, not whenever a sentence counts on. */
function Announcement({ text }: { text: { key: string; grave: boolean; words: string } | null }) {
  const [said, setSaid] = useState(text);
  const changed = said?.key !== text?.key;
  if (changed) setSaid(text);
  // Nothing is said of a platform that was well from the start.
  const [troubled, setTroubled] = useState(false);
  if (said && !troubled) setTroubled(true);
  const words = said?.words ?? (troubled ? "The platform is ready again." : "");
  return (
    <>
      <VisuallyHidden role="status">{said?.grave ? "" : words}</VisuallyHidden>
      {said?.grave && <VisuallyHidden role="alert">{words}</VisuallyHidden>}
    </>
  );
}

function announcementOf({ status, problems }: Health, title: string): { key: string; grave: boolean; words: string } {
  const key = [status, ...problems.map(({ code }) => code)].join(" ");
  const words = [`${title}.`, ...problems.map(({ detail }) => withLocalTimes(detail))].join(" ");
  return { key, grave: status !== "degraded", words };
}
