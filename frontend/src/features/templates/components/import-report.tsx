import type { ImportReport } from "@/types/api";
import classes from "./import-dialog.module.css";
import { ProblemItem } from "./problem-item";

/** What the import would do. */
export function ImportReportView({ report }: { report: ImportReport }) {
  const rows: [string, string[]][] = [
    ["New", report.created],
    ["Changed", report.updated],
    ["Unchanged", report.unchanged],
    ["Archived", report.archived],
  ];
  return (
    <div className={classes.report} role="status">
      <p className={classes.heading}>This file can be imported</p>
      <dl className={classes.facts}>
        {rows
          .filter(([, types]) => types.length > 0)
          .map(([word, types]) => (
            <Row key={word} word={word} types={types} />
          ))}
      </dl>
      {report.warnings.length > 0 && (
        <div className={classes.warnings}>
          <p className={classes.heading}>{report.warnings.length === 1 ? "1 warning" : `${report.warnings.length} warnings`}</p>
          <ul className={classes.list}>
            {report.warnings.map((problem, index) => (
              <ProblemItem key={index} problem={problem} />
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

function Row({ word, types }: { word: string; types: string[] }) {
  return (
    <>
      <dt>
        {word} ({types.length})
      </dt>
      <dd>
        <code>{types.join(", ")}</code>
      </dd>
    </>
  );
}
