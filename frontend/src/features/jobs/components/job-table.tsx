import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useState } from "react";

import { matches } from "@/lib/job-cache";
import type { JobFilters } from "@/lib/query-keys";
import type { ListedJob } from "@/types/api";
import { JobRow } from "./job-row";
import classes from "./job-table.module.css";

const ROW_HEIGHT = 58;
const COLUMNS = ["State", "Job", "Progress", "Created", "Started", "Took", "By"];

type JobTableProps = {
  rows: ListedJob[];
  filters: JobFilters;
  /** More rows than are loaded: their number is not known. */
  more: boolean;
  onTerminate: ((jobId: string) => void) | undefined;
  onFocusWithin: (inside: boolean) => void;
};

/** A native table of which only the rows in sight (and some around) exist. */
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
          {/* Buttons need no heading to be read. */}
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
              dimmed={!matches(job, filters)}
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

/** Stands for the rows that are scrolled away. */
function Spacer({ height }: { height: number }) {
  return height > 0 ? <tr role="presentation" className={classes.spacer} style={{ height }} /> : null;
}
