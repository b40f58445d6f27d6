import type { ImportReport } from "@/types/api";
import { ChangeList } from "@/components/change-list";
import classes from "./import-dialog.module.css";
import { ProblemItem } from "./problem-item";

/** Shows the result of a dry run. */
export function ImportReportView({ report }: { report: ImportReport }) {
  const rows: [string, string[]][] = [
    ["New", report.created],
    ["Changed", report.updated],
    ["Unchanged", report.unchanged],
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
      <Changes changes={report.changes ?? {}} />
      {report.archived.length > 0 && <Archived types={report.archived} />}
      {report.warnings.length > 0 && (
        <div className={classes.part}>
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

function Changes({ changes }: { changes: NonNullable<ImportReport["changes"]> }) {
  return Object.entries(changes).map(([type, found]) => (
    <details key={type} className={classes.part} open={Object.keys(changes).length <= 3}>
      <summary>
        <code>{type}</code>: {found.length === 1 ? "1 change" : `${found.length} changes`}
      </summary>
      <ChangeList changes={found} />
    </details>
  ));
}

function Archived({ types }: { types: string[] }) {
  return (
    <div className={classes.archived} role="alert">
      <p className={classes.heading}>{types.length === 1 ? "1 template will be archived" : `${types.length} templates will be archived`}</p>
      <p>
        The file leaves out <code>{types.join(", ")}</code>. Importing takes them out of the lists and ends their recurring jobs. Their
        history stays, and importing them again brings them back.
      </p>
    </div>
  );
}
