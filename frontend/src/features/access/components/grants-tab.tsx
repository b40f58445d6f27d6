import { Button } from "@mantine/core";
import { IconPlus, IconShieldCheck } from "@tabler/icons-react";
import { useState } from "react";

import { ConfirmDialog } from "@/components/confirm-dialog";
import { DataTable, Soft, type Column } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { ErrorNote } from "@/components/error-note";
import { PageSkeleton } from "@/components/page-skeleton";
import { Time } from "@/components/time";
import { formatPatterns } from "@/lib/job-type-patterns";
import type { Grant } from "@/types/api";
import { useDeleteGrant, useGrants } from "../api/grants";
import { describeReceiver, describeRights } from "../access-text";
import classes from "./access.module.css";
import { GrantDialog } from "./grant-dialog";

export function GrantsTab() {
  const grants = useGrants();
  const [isCreating, setCreating] = useState(false);
  const [changing, setChanging] = useState<Grant | null>(null);
  const [deleting, setDeleting] = useState<Grant | null>(null);
  if (grants.isPending) return <PageSkeleton />;
  return (
    <>
      {grants.error && <ErrorNote title="The grants could not be read" error={grants.error} onRetry={() => void grants.refetch()} />}
      <div className={classes.tools}>
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
          New grant
        </Button>
      </div>
      {grants.data && (
        <div className={classes.card}>
          {grants.data.length > 0 ? <DataTable label="Grants" columns={makeColumns(setChanging, setDeleting)} rows={grants.data} getKey={({ id }) => id} /> : <NoGrants />}
        </div>
      )}
      {isCreating && <GrantDialog onClose={() => setCreating(false)} />}
      {changing && <GrantDialog grant={changing} onClose={() => setChanging(null)} />}
      {deleting && <DeleteGrantDialog grant={deleting} onClose={() => setDeleting(null)} />}
    </>
  );
}

function makeColumns(onChange: (grant: Grant) => void, onDelete: (grant: Grant) => void): Column<Grant>[] {
  const describe = (grant: Grant): string => `the grant of ${formatPatterns(grant.job_types)} for ${describeReceiver(grant)}`;
  return [
    {
      title: "For",
      cell: ({ user, group }) => (
        <>
          {user ?? group}
          {group !== null && <Soft>group</Soft>}
        </>
      ),
    },
    { title: "Job types", cell: ({ job_types }) => <code>{formatPatterns(job_types)}</code> },
    { title: "Rights", cell: ({ rights }) => <span>{describeRights(rights)}</span> },
    {
      title: "Made",
      cell: ({ created_at, created_by }) => (
        <span>
          <Time at={created_at} />
          <Soft>by {created_by}</Soft>
        </span>
      ),
    },
    {
      title: "",
      cell: (grant) => (
        <>
          <Button size="compact-sm" variant="default" fw={500} aria-label={`Change ${describe(grant)}`} onClick={() => onChange(grant)}>
            Change
          </Button>
          <Button size="compact-sm" variant="default" fw={500} aria-label={`Take back ${describe(grant)}`} onClick={() => onDelete(grant)}>
            Take back
          </Button>
        </>
      ),
    },
  ];
}

function NoGrants() {
  return (
    <EmptyState icon={<IconShieldCheck size={26} />} title="No grants yet">
      Roles decide on templates that are open. A grant gives a user or a group rights on restricted ones, or more than the role gives.
    </EmptyState>
  );
}

function DeleteGrantDialog({ grant, onClose }: { grant: Grant; onClose: () => void }) {
  return (
    <ConfirmDialog
      title="Take this grant back?"
      keep="Keep it"
      confirm="Take it back"
      failed="It was not taken back"
      done={`The grant for ${describeReceiver(grant)} was taken back`}
      mutation={useDeleteGrant(grant.id)}
      onClose={onClose}
    >
      <p>
        It gives {describeReceiver(grant)} the rights {describeRights(grant.rights)} on {formatPatterns(grant.job_types)}. They end at once, unless the role or another grant
        gives them too. Jobs and series that exist go on.
      </p>
    </ConfirmDialog>
  );
}
