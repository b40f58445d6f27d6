import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useState } from "react";

import { matchesFilters } from "@/lib/job-cache";
import type { JobFilters } from "@/lib/query-keys";
import type { ListedJob } from "@/types/api";
import { JobRow } from "./job-row";
import classes from "./job-table.module.css";

const ROW_HEIGHT = 58;
const COLUMNS = ["State", "Job", "Progress", "Created", "Started", "Took", "By"];

type JobTableProps = {
  rows: ListedJob[];
  filters: JobFilters;
  /** There are more rows than the loaded ones; their number is not known. */
  more: boolean;
  onTerminate: (jobId: string) => void;
  onFocusWithin: (inside: boolean) => void;
};

/** A virtualised table: only the visible rows and some around them are rendered. */
export function JobTable({ rows, filters, more, onTerminate, onFocusWithin }: JobTableProps) {
  const [top, setTop] = useState(0);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => rows[index]?.job_id ?? index,
    scrollMargin: top,
    overscan: 8,
  });
  const findTop = useCallback((body: HTMLElement | null) => {
    if (body) setTop(body.getBoundingClientRect().top + window.scrollY);
  }, []);
  const items = virtual.getVirtualItems();
  const above = (items[0]?.start ?? top) - top;
  const below = virtual.getTotalSize() - ((items.at(-1)?.end ?? top) - top);

  return (
    <table className={classes.table} role="table" aria-label="Jobs" aria-rowcount={more ? -1 : rows.length + 1}>
      <thead role="rowgroup" className={classes.head}>
        <tr role="row" aria-rowindex={1}>
          {COLUMNS.map((column) => (
            <th key={column} role="columnheader" scope="col">
              {column}
            </th>
          ))}
          {/* The column of buttons needs no heading. */}
          <td role="cell" />
        </tr>
      </thead>
      <tbody
        ref={findTop}
        role="rowgroup"
        onFocus={() => onFocusWithin(true)}
        onBlur={(event) => onFocusWithin(event.currentTarget.contains(event.relatedTarget))}
      >
        <Spacer height={above} />
        {items.map(({ index, key }) => {
          const job = rows[index];
          return job ? (
            <JobRow
              key={key}
              job={job}
              index={index}
              dimmed={!matchesFilters(job, filters)}
              measure={virtual.measureElement}
              onTerminate={onTerminate}
            />
          ) : null;
        })}
        <Spacer height={below} />
      </tbody>
    </table>
  );
}

/** Takes the height of the rows that are not rendered. */
function Spacer({ height }: { height: number }) {
  return height > 0 ? <tr role="presentation" className={classes.spacer} style={{ height }} /> : null;
}
