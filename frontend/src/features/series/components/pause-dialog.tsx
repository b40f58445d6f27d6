import { Button, TextInput } from "@mantine/core";
import { useState, type FocusEvent } from "react";

import { closeDialog, Dialog, DialogActions } from "@/components/dialog";
import { ErrorNote } from "@/components/error-note";
import { describeZone, fromPicker } from "@/components/schema-form/widgets/moments";
import { formatShortTime } from "@/lib/time";
import { showToast } from "@/lib/toast";
import type { Series } from "@/types/api";
import { usePauseSeries } from "../api/pause-series";
import { describePause, describeTiming } from "../series-text";

type PauseDialogProps = { series: Series; label: string; onClose: () => void };

export function PauseDialog({ series, label, onClose }: PauseDialogProps) {
  const pause = usePauseSeries(series.id);
  const [until, setUntil] = useState("");
  const [isIncomplete, setIncomplete] = useState(false);
  const confirm = (button: Element): void => {
    if (pause.isPending || pause.isSuccess || isIncomplete) return;
    pause.mutate(until === "" ? null : fromPicker(until), {
      onSuccess: ({ paused_until: end }) => {
        closeDialog(button);
        showToast("good", end ? `${label} is paused until ${formatShortTime(end)}` : `${label} is paused`);
      },
    });
  };
  // An incomplete date has an empty value; only `validity.badInput` shows that something was typed.
  const leave = (event: FocusEvent<HTMLInputElement>): void => setIncomplete(event.currentTarget.validity.badInput);
  return (
    <Dialog title={`Pause ${label}?`} onClose={onClose}>
      <p>It runs {describeTiming(series)}.</p>
      <p>{describePause(series)}</p>
      <TextInput
        type="datetime-local"
        label="Until"
        description={`Then it goes on by itself. Empty: until somebody resumes it. ${describeZone(until)}`}
        value={until}
        error={isIncomplete && "Enter a date and a time"}
        onChange={(event) => setUntil(event.currentTarget.value)}
        onBlur={leave}
      />
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
