import { VisuallyHidden } from "@mantine/core";
import { IconAlertTriangle, IconPlugConnectedX } from "@tabler/icons-react";
import { useState } from "react";

import { useElapsed } from "@/lib/clock";
import type { Health, HealthStatus, PlatformProblem } from "@/lib/health";
import { formatShortTime, formatWholeDuration, localizeTimes } from "@/lib/time";
import classes from "./health-banner.module.css";
import { useVisibleHealth } from "./use-health";

const TITLES: Record<Exclude<HealthStatus, "ready">, string> = {
  degraded: "The platform is degraded",
  unavailable: "The platform is unavailable",
  unreachable: "The server does not respond",
};
/** The server sorts the most severe problems first; the others are in a closed section. */
const MAX_SHOWN_PROBLEMS = 3;

/** Shows above the page what keeps the platform from running jobs, and for how long. */
export function HealthBanner() {
  const health = useVisibleHealth();
  return (
    <>
      {health && health.status !== "ready" && <ProblemList health={health} title={TITLES[health.status]} />}
      <Announcement text={health && health.status !== "ready" ? buildAnnouncement(health, TITLES[health.status]) : null} />
    </>
  );
}

function ProblemList({ health, title }: { health: Health; title: string }) {
  const { problems, status } = health;
  const Icon = status === "unreachable" ? IconPlugConnectedX : IconAlertTriangle;
  const more = problems.slice(MAX_SHOWN_PROBLEMS);
  return (
    <section className={classes.banner} data-health={status} aria-label={title}>
      <Icon size={20} aria-hidden className={classes.icon} />
      <div className={classes.words}>
        <p className={classes.title}>
          {title} <Elapsed problems={problems} />
        </p>
        <Sentences problems={problems.slice(0, MAX_SHOWN_PROBLEMS)} />
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
          {localizeTimes(detail)}{" "}
          <span className={classes.since}>
            {atLeast ? "Seen since" : "Since"} <span className="tabular">{formatShortTime(since)}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The time since the oldest problem began. */
function Elapsed({ problems }: { problems: readonly PlatformProblem[] }) {
  const oldest = problems.reduce<PlatformProblem | null>((old, one) => (old && old.since <= one.since ? old : one), null);
  const elapsed = useElapsed(oldest?.since ?? Infinity);
  return (
    <span className={`${classes.elapsed} tabular`}>
      for {oldest?.atLeast && "at least "}
      {formatWholeDuration(elapsed)}
    </span>
  );
}

/** Makes screen readers announce a problem when it appears or disappears, but not when a number in its sentence changes. */
function Announcement({ text }: { text: { key: string; grave: boolean; words: string } | null }) {
  const [announced, setAnnounced] = useState(text);
  const changed = announced?.key !== text?.key;
  if (changed) setAnnounced(text);
  // A platform that was ready from the start is not announced.
  const [wasDegraded, setWasDegraded] = useState(false);
  if (announced && !wasDegraded) setWasDegraded(true);
  const words = announced?.words ?? (wasDegraded ? "The platform is ready again." : "");
  return (
    <>
      <VisuallyHidden role="status">{announced?.grave ? "" : words}</VisuallyHidden>
      {announced?.grave && <VisuallyHidden role="alert">{words}</VisuallyHidden>}
    </>
  );
}

function buildAnnouncement({ status, problems }: Health, title: string): { key: string; grave: boolean; words: string } {
  const key = [status, ...problems.map(({ code }) => code)].join(" ");
  const words = [`${title}.`, ...problems.map(({ detail }) => localizeTimes(detail))].join(" ");
  return { key, grave: status !== "degraded", words };
}
