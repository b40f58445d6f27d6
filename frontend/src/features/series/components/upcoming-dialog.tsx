import { Button } from "@mantine/core";

import { closeDialog, Dialog, DialogActions } from "@/components/dialog";
import { ErrorNote } from "@/components/error-note";
import { NextStarts } from "@/components/next-starts";
import { PageSkeleton } from "@/components/page-skeleton";
import type { Series } from "@/types/api";
import { useUpcoming } from "../api/list-upcoming";
import { describeTiming } from "../series-text";

type UpcomingDialogProps = { series: Series; label: string; onClose: () => void };

/** Lists the next five runs of a series. */
export function UpcomingDialog({ series, label, onClose }: UpcomingDialogProps) {
  const upcoming = useUpcoming(series.id);
  return (
    <Dialog title={`Next runs of ${label}`} onClose={onClose}>
      <p>It runs {describeTiming(series)}.</p>
      {upcoming.isPending && <PageSkeleton />}
      {upcoming.error && <ErrorNote title="They could not be read" error={upcoming.error} onRetry={() => void upcoming.refetch()} />}
      {upcoming.data?.length === 0 && <p>{EMPTY_TEXTS[series.state]}</p>}
      {upcoming.data && <NextStarts starts={upcoming.data} what={`Next runs of ${label}`} />}
      <DialogActions>
        <Button variant="default" onClick={(event) => closeDialog(event.currentTarget)}>
          Close
        </Button>
      </DialogActions>
    </Dialog>
  );
}

const EMPTY_TEXTS = {
  active: "The run that is under way is its last.",
  paused: "None while it is paused: it goes on when somebody resumes it.",
  ended: "None: it has had its last run.",
} as const;
