import { Button } from "@mantine/core";

import { closeDialog, Dialog, DialogActions } from "@/components/dialog";
import { ErrorNote } from "@/components/error-note";
import { toast } from "@/lib/toast";
import type { Series } from "@/types/api";
import { usePauseSeries } from "../api/pause-series";
import { pauseConsequence, timingWords } from "../series-words";

type PauseDialogProps = { series: Series; label: string; onClose: () => void };

export function PauseDialog({ series, label, onClose }: PauseDialogProps) {
  const pause = usePauseSeries(series.id);
  const confirm = (button: Element): void => {
    if (pause.isPending || pause.isSuccess) return;
    pause.mutate(undefined, {
      onSuccess: () => {
        closeDialog(button);
        toast("good", `${label} is paused`);
      },
    });
  };
  return (
    <Dialog title={`Pause ${label}?`} onClose={onClose}>
      <p>It runs {timingWords(series)}.</p>
      <p>{pauseConsequence(series)}</p>
      {pause.error && <ErrorNote title="It was not paused" error={pause.error} />}
      <DialogActions>
        <Button variant="default" onClick={(event) => closeDialog(event.currentTarget)}>
          Let it run
        </Button>
        <Button loading={pause.isPending} onClick={(event) => confirm(event.currentTarget)}>
          {pause.error ? "Retry" : "Pause series"}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
