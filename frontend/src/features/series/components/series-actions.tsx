import { Button } from "@mantine/core";

import { describeError } from "@/lib/api-error";
import { useRightsOn } from "@/lib/job-rights";
import { formatShortTime } from "@/lib/time";
import { showToast } from "@/lib/toast";
import type { Series } from "@/types/api";
import { useResumeSeries } from "../api/resume-series";
import { useRunSeriesNow } from "../api/run-series-now";
import { describeTiming, isUnderWay } from "../series-text";

type SeriesActionsProps = { series: Series; label: string; onPause: () => void };

export function SeriesActions({ series, label, onPause }: SeriesActionsProps) {
  const rights = useRightsOn(series.job_type);
  return (
    <>
      {rights.run && series.state === "active" && <RunNow series={series} label={label} />}
      {rights.edit && series.state !== "ended" && <PauseOrResume series={series} label={label} onPause={onPause} />}
    </>
  );
}

function RunNow({ series, label }: Omit<SeriesActionsProps, "onPause">) {
  const runNow = useRunSeriesNow(series.id);
  const underWay = isUnderWay(series);
  const run = (): void => {
    if (runNow.isPending || underWay) return;
    runNow.mutate(undefined, {
      onSuccess: () => showToast("good", `${label} runs now`),
      onError: (error) => showToast("bad", `${label} was not started. ${describeError(error)}`),
    });
  };
  // aria-disabled instead of disabled, so that the button keeps the focus when a run begins.
  return (
    <Button
      size="compact-sm"
      variant="default"
      fw={500}
      aria-disabled={underWay || undefined}
      data-disabled={underWay || undefined}
      title={underWay ? "A job of it is under way" : undefined}
      aria-label={`Run now ${label}, ${describeTiming(series)}`}
      onClick={run}
    >
      Run now
    </Button>
  );
}

/** One button for both actions, so that it keeps the focus when its action changes. */
function PauseOrResume({ series, label, onPause }: SeriesActionsProps) {
  const resume = useResumeSeries(series.id);
  const paused = series.state === "paused";
  const resumeIt = (): void => {
    if (resume.isPending) return;
    resume.mutate(undefined, {
      onSuccess: ({ next_start_time: next }) => showToast("good", next ? `${label} goes on, next at ${formatShortTime(next)}` : `${label} goes on`),
      onError: (error) => showToast("bad", `${label} was not resumed. ${describeError(error)}`),
    });
  };
  return (
    <Button
      size="compact-sm"
      variant="default"
      fw={500}
      aria-label={`${paused ? "Resume" : "Pause"} ${label}, ${describeTiming(series)}`}
      onClick={paused ? resumeIt : onPause}
    >
      {paused ? "Resume" : "Pause"}
    </Button>
  );
}
