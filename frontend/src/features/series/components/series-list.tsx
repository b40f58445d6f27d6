import { IconRepeat } from "@tabler/icons-react";
import { useState } from "react";

import { EmptyState } from "@/components/empty-state";
import { ErrorNote } from "@/components/error-note";
import { PageSkeleton } from "@/components/page-skeleton";
import type { Series } from "@/types/api";
import { useAllSeries } from "../api/list-series";
import { PauseDialog } from "./pause-dialog";
import classes from "./series-list.module.css";
import { SeriesRow } from "./series-row";
import { UpcomingDialog } from "./upcoming-dialog";

const COLUMNS = ["Series", "State", "Timing", "Next", "Last run", "Runs", "Made by"];

/** `labels`: labels of the templates, by job type. The template of a series may no longer be listed. */
type SeriesListProps = { labels: ReadonlyMap<string, string> };

export function SeriesList({ labels }: SeriesListProps) {
  const series = useAllSeries();
  const [pausingId, setPausingId] = useState<string | null>(null);
  const [shownId, setShownId] = useState<string | null>(null);
  // The current series: its job may begin or end while the dialog is open.
  const pausing = series.data?.find(({ id }) => id === pausingId);
  const shown = series.data?.find(({ id }) => id === shownId);
  const getLabel = ({ job_type }: Series): string => labels.get(job_type) ?? job_type;
  if (series.isPending) return <PageSkeleton />;
  return (
    <>
      {series.error && <ErrorNote title="The series could not be read" error={series.error} onRetry={() => void series.refetch()} />}
      {series.data && (
        <div className={classes.list}>
          {series.data.length > 0 ? <Table all={series.data} getLabel={getLabel} onPause={setPausingId} onUpcoming={setShownId} /> : <NoSeries />}
        </div>
      )}
      {pausing && <PauseDialog series={pausing} label={getLabel(pausing)} onClose={() => setPausingId(null)} />}
      {shown && <UpcomingDialog series={shown} label={getLabel(shown)} onClose={() => setShownId(null)} />}
    </>
  );
}

type TableProps = {
  all: Series[];
  getLabel: (series: Series) => string;
  onPause: (seriesId: string) => void;
  onUpcoming: (seriesId: string) => void;
};

function Table({ all, getLabel, onPause, onUpcoming }: TableProps) {
  return (
    <table className={classes.table} role="table" aria-label="Series">
      <thead role="rowgroup" className={classes.head}>
        <tr role="row">
          {COLUMNS.map((column) => (
            <th key={column} role="columnheader" scope="col">
              {column}
            </th>
          ))}
          {/* The column of buttons needs no heading. */}
          <td role="cell" />
        </tr>
      </thead>
      <tbody role="rowgroup">
        {all.map((series) => (
          <SeriesRow
            key={series.id}
            series={series}
            label={getLabel(series)}
            onPause={() => onPause(series.id)}
            onUpcoming={() => onUpcoming(series.id)}
          />
        ))}
      </tbody>
    </table>
  );
}

function NoSeries() {
  return (
    <EmptyState icon={<IconRepeat size={26} />} title="No series yet">
      A series starts one job after another, some time after each end or by crontab. A template with <code>rescheduleAfterTermination</code>{" "}
      brings one along; editors may make more over the API.
    </EmptyState>
  );
}
