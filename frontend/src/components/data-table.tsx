import type { ReactNode } from "react";

import classes from "./data-table.module.css";

export type Column<Row> = {
  /** The heading; on small screens the label before the value. Empty for buttons. */
  title: string;
  cell: (row: Row) => ReactNode;
};

type DataTableProps<Row> = {
  label: string;
  /** The first column names the row; a column without a title holds its buttons. */
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  getKey: (row: Row) => string | number;
};

/** A table whose rows are cards on small screens; the roles are explicit, because browsers then drop the table's own. */
export function DataTable<Row>({ label, columns, rows, getKey }: DataTableProps<Row>) {
  return (
    <table className={classes.table} role="table" aria-label={label}>
      <thead role="rowgroup" className={classes.head}>
        <tr role="row">
          {columns.map(({ title }) =>
            title ? (
              <th key={title} role="columnheader" scope="col">
                {title}
              </th>
            ) : (
              <td key={title} role="cell" />
            ),
          )}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={getKey(row)} role="row" className={classes.row}>
            {columns.map(({ title, cell }, index) =>
              index === 0 ? (
                <th key={title} role="rowheader" scope="row" className={classes.name}>
                  {cell(row)}
                </th>
              ) : (
                <td key={title} role="cell" className={title ? undefined : classes.actions} data-label={title || undefined}>
                  {cell(row)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A second, quieter line in a cell. */
export function Soft({ children }: { children: ReactNode }) {
  return <span className={classes.soft}>{children}</span>;
}
