import { Button, TextInput } from "@mantine/core";
import { useState, type FocusEvent } from "react";

import { closeDialog, Dialog, DialogActions } from "@/components/dialog";
import { ErrorNote } from "@/components/error-note";
import { fromPicker, zoneWords } from "@/components/schema-form/widgets/moments";
import { shortTime } from "@/lib/time";
import { toast } from "@/lib/toast";
import type { Series } from "@/types/api";
import { usePauseSeries } from "../api/pause-series";
import { pauseConsequence, timingWords } from "../series-words";

type PauseDialogProps = { series: Series; label: string; onClose: () => void };

export function PauseDialog({ series, label, onClose }: PauseDialogProps) {
  const pause = usePauseSeries(series.id);
  const [until, setUntil] = useState("");
  const [half, setHalf] = useState(false);
  const confirm = (button: Element): void => {
    if (pause.isPending || pause.isSuccess || half) return;
    pause.mutate(until === "" ? null : fromPicker(until), {
      onSuccess: ({ paused_until: end }) => {
        closeDialog(button);
        toast("good", end ? `${label} is paused until ${shortTime(end)}` : `${label} is paused`);
      },
    });
  };
  // Half a date has an empty value; only the browser knows that something stands there.
  const leave = (event: FocusEvent<HTMLInputElement>): void => setHalf(event.currentTarget.validity.badInput);
  return (
    <Dialog title={`Pause ${label}?`} onClose={onClose}>
      <p>It runs {timingWords(series)}.</p>
      <p>{pauseConsequence(series)}</p>
      <TextInput
        type="datetime-local"
        label="Until"
        description={`Then it goes on by itself. Empty: until somebody resumes it. ${zoneWords(until)}`}
        value={until}
        error={half && "Enter a date and a time"}
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
