import { Button } from "@mantine/core";
import { IconDownload, IconHistory } from "@tabler/icons-react";
import { Link } from "react-router";

import { DataTable, Soft, type Column } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { ErrorNote } from "@/components/error-note";
import { PageSkeleton } from "@/components/page-skeleton";
import { Time } from "@/components/time";
import { describeError } from "@/lib/api-error";
import { formatShortTime } from "@/lib/time";
import { showToast } from "@/lib/toast";
import type { AuditEntry } from "@/types/api";
import { useAudit, useExportAudit } from "../api/list-audit";
import { describeAction, describeDoor, getObjectPath } from "../audit-text";
import { useAuditFilters } from "../use-audit-filters";
import { AuditFiltersForm } from "./audit-filters";
import classes from "./audit.module.css";
import { EntryChanges } from "./entry-changes";

/** Lists who changed what, newest first. */
export function AuditList() {
  const state = useAuditFilters();
  const audit = useAudit(state.filters);
  const download = useExportAudit();
  const rows = audit.data?.pages.flatMap((page) => page.results) ?? [];
  const searchedUntil = audit.data?.pages.at(-1)?.searched_until;
  const exportAll = (): void => download.mutate(state.filters, { onError: (error) => showToast("bad", `Not exported. ${describeError(error)}`) });
  return (
    <>
      <AuditFiltersForm key={JSON.stringify(state.filters)} state={state} error={audit.error}>
        <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />} loading={download.isPending} onClick={exportAll}>
          Export as NDJSON
        </Button>
      </AuditFiltersForm>
      {audit.error && <ErrorNote title="The audit trail could not be read" error={audit.error} onRetry={() => void audit.refetch()} />}
      {audit.isPending && <PageSkeleton />}
      {audit.data && (
        <section className={classes.card} aria-busy={audit.isPlaceholderData}>
          {rows.length > 0 ? <DataTable label="Audit trail" columns={COLUMNS} rows={rows} getKey={({ id }) => id} /> : <NoEntries any={state.any} />}
          {audit.hasNextPage && (
            <div className={classes.older}>
              {searchedUntil && <Soft>Looked at everything since {formatShortTime(searchedUntil)}.</Soft>}
              <Button variant="default" loading={audit.isFetchingNextPage} onClick={() => void audit.fetchNextPage()}>
                Show older entries
              </Button>
            </div>
          )}
        </section>
      )}
    </>
  );
}

const COLUMNS: Column<AuditEntry>[] = [
  { title: "Time", cell: ({ at }) => <Time at={at} /> },
  {
    title: "Actor",
    cell: ({ actor, on_behalf_of: behind }) => (
      <span>
        {actor}
        {behind && <Soft>by {behind}</Soft>}
      </span>
    ),
  },
  {
    title: "Via",
    cell: ({ via, address }) => (
      <span>
        {describeDoor(via)}
        {address && <Soft>{address}</Soft>}
      </span>
    ),
  },
  { title: "Action", cell: ({ action }) => <span title={action}>{describeAction(action)}</span> },
  { title: "Object", cell: ({ object }) => <ObjectLink object={object} /> },
  { title: "Changed", cell: (entry) => <EntryChanges entry={entry} /> },
];

function ObjectLink({ object }: { object: string }) {
  const path = getObjectPath(object);
  return <span className={classes.object}>{path ? <Link to={path}>{object}</Link> : object}</span>;
}

function NoEntries({ any }: { any: boolean }) {
  return (
    <EmptyState icon={<IconHistory size={26} />} title={any ? "No entry matches" : "Nothing has been changed yet"}>
      {any ? "Each filter is exact: user:ann, not ann. Clear them to see all." : "Every change by anybody is kept here, with who made it and from where."}
    </EmptyState>
  );
}
