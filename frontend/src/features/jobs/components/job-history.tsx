import { Skeleton } from "@mantine/core";

import { ErrorNote } from "@/components/error-note";
import { Panel } from "@/components/panel";
import { StateIcon } from "@/components/state-icon";
import { Time } from "@/components/time";
import type { JobEvent } from "@/types/api";
import { useJobEvents } from "../api/list-events";
import { describeEvent } from "../event-text";
import classes from "./job-page.module.css";

export function JobHistory({ jobId }: { jobId: string }) {
  const events = useJobEvents(jobId);
  // Progress events are frequent and are deleted after an hour; the progress bar shows the last one.
  const shown = events.data?.filter((event) => event.kind !== "job_progress");
  return (
    <Panel title="History">
      {events.isPending && <Skeleton height={80} />}
      {events.error && <ErrorNote title="The history could not be read" error={events.error} onRetry={() => void events.refetch()} />}
      {shown && (
        <ol className={classes.history}>
          {shown.map((event, index) => (
            <HistoryItem key={index} event={event} />
          ))}
        </ol>
      )}
    </Panel>
  );
}

function HistoryItem({ event }: { event: JobEvent }) {
  const state = event.kind.startsWith("terminate_") ? "stopping" : event.state;
  const endsAttempt = event.kind === "job_terminated" || event.kind === "job_retry_scheduled";
  return (
    <li className={classes.event} data-shown-state={state}>
      <StateIcon state={state} size={15} />
      <div>
        <span>{describeEvent(event)}</span>
        <span className={classes.when}>
          <Time at={event.at} />
          {event.kind === "job_started" && event.worker && ` on ${event.worker}`}
        </span>
        {endsAttempt && event.error && <span className={classes.when}>{event.error.message}</span>}
      </div>
    </li>
  );
}
