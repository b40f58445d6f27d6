import { Button } from "@mantine/core";

import { describeError } from "@/lib/api-error";
import { useMay } from "@/lib/current-user";
import { shortTime } from "@/lib/time";
import { toast } from "@/lib/toast";
import type { Series } from "@/types/api";
import { useResumeSeries } from "../api/resume-series";
import { useRunSeriesNow } from "../api/run-series-now";
import { isUnderWay, timingWords } from "../series-words";

type SeriesActionsProps = { series: Series; label: string; onPause: () => void };

export function SeriesActions({ series, label, onPause }: SeriesActionsProps) {
  const mayOperate = useMay("operate");
  const mayEdit = useMay("edit");
  return (
    <>
      {mayOperate && series.state === "active" && <RunNow series={series} label={label} />}
      {mayEdit && series.state !== "ended" && <PauseOrResume series={series} label={label} onPause={onPause} />}
    </>
  );
}

function RunNow({ series, label }: Omit<SeriesActionsProps, "onPause">) {
  const runNow = useRunSeriesNow(series.id);
  const underWay = isUnderWay(series);
  const run = (): void => {
    if (runNow.isPending || underWay) return;
    runNow.mutate(undefined, {
      onSuccess: () => toast("good", `${label} runs now`),
      onError: (error) => toast("bad", `${label} was not started. ${describeError(error)}`),
    });
  };
  // Not `disabled`: a run begins while the button has the focus, which must not be lost.
  return (
    <Button
      size="compact-sm"
      variant="default"
      fw={500}
      aria-disabled={underWay || undefined}
      data-disabled={underWay || undefined}
      title={underWay ? "A job of it is under way" : undefined}
      aria-label={`Run now ${label}, ${timingWords(series)}`}
      onClick={run}
    >
      Run now
    </Button>
  );
}

/** One button for both, so that the focus stays when one becomes the other. */
function PauseOrResume({ series, label, onPause }: SeriesActionsProps) {
  const resume = useResumeSeries(series.id);
  const paused = series.state === "paused";
  const resumeIt = (): void => {
    if (resume.isPending) return;
    resume.mutate(undefined, {
      onSuccess: ({ next_start_time: next }) => toast("good", next ? `${label} goes on, next at ${shortTime(next)}` : `${label} goes on`),
      onError: (error) => toast("bad", `${label} was not resumed. ${describeError(error)}`),
    });
  };
  return (
    <Button
      size="compact-sm"
      variant="default"
      fw={500}
      aria-label={`${paused ? "Resume" : "Pause"} ${label}, ${timingWords(series)}`}
      onClick={paused ? resumeIt : onPause}
    >
      {paused ? "Resume" : "Pause"}
    </Button>
  );
}
