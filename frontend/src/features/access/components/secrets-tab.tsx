import { Button } from "@mantine/core";
import { IconLockPassword, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router";

import { ConfirmDialog } from "@/components/confirm-dialog";
import { DataTable, Soft, type Column } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { ErrorNote } from "@/components/error-note";
import { PageSkeleton } from "@/components/page-skeleton";
import { Time } from "@/components/time";
import { formatPatterns } from "@/lib/job-type-patterns";
import { paths } from "@/lib/paths";
import type { SharedSecret } from "@/types/api";
import { useDeleteSecret, useSecrets } from "../api/secrets";
import { parseSource, SOURCES } from "../secret-source";
import classes from "./access.module.css";
import { SecretDialog } from "./secret-dialog";

/** Lists the shared secrets, without their values. */
export function SecretsTab() {
  const secrets = useSecrets();
  const [isCreating, setCreating] = useState(false);
  const [changing, setChanging] = useState<SharedSecret | null>(null);
  const [deleting, setDeleting] = useState<SharedSecret | null>(null);
  if (secrets.isPending) return <PageSkeleton />;
  return (
    <>
      {secrets.error && <ErrorNote title="The secrets could not be read" error={secrets.error} onRetry={() => void secrets.refetch()} />}
      <div className={classes.tools}>
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
          New secret
        </Button>
      </div>
      {secrets.data && (
        <div className={classes.card}>
          {secrets.data.length > 0 ? <DataTable label="Secrets" columns={makeColumns(setChanging, setDeleting)} rows={secrets.data} getKey={({ name }) => name} /> : <NoSecrets />}
        </div>
      )}
      {isCreating && <SecretDialog onClose={() => setCreating(false)} />}
      {changing && <SecretDialog secret={changing} onClose={() => setChanging(null)} />}
      {deleting && <DeleteSecretDialog secret={deleting} onClose={() => setDeleting(null)} />}
    </>
  );
}

function makeColumns(onChange: (secret: SharedSecret) => void, onDelete: (secret: SharedSecret) => void): Column<SharedSecret>[] {
  return [
    { title: "Name", cell: ({ name }) => name },
    { title: "Job types", cell: ({ job_types }) => <code>{formatPatterns(job_types)}</code> },
    { title: "The value is", cell: ({ source }) => <SourceText source={source} /> },
    { title: "Hosts", cell: ({ hosts }) => <span>{hosts ? hosts.join(", ") : "any"}</span> },
    { title: "Used by", cell: ({ used_by }) => <Users types={used_by} /> },
    {
      title: "Changed",
      cell: ({ updated_at, updated_by }) => (
        <span>
          <Time at={updated_at} />
          <Soft>by {updated_by}</Soft>
        </span>
      ),
    },
    {
      title: "",
      cell: (secret) => (
        <>
          <Button size="compact-sm" variant="default" fw={500} aria-label={`Change the secret ${secret.name}`} onClick={() => onChange(secret)}>
            Change
          </Button>
          <Button size="compact-sm" variant="default" fw={500} aria-label={`Delete the secret ${secret.name}`} onClick={() => onDelete(secret)}>
            Delete
          </Button>
        </>
      ),
    },
  ];
}

function SourceText({ source }: { source: string }) {
  const { kind, place } = parseSource(source);
  return (
    <span>
      {SOURCES.find((one) => one.kind === kind)?.label}
      {place && (
        <Soft>
          <code>{place}</code>
        </Soft>
      )}
    </span>
  );
}

/** The templates that refer to a secret. */
function Users({ types }: { types: readonly string[] }) {
  if (types.length === 0) return <span>no template yet</span>;
  return (
    <span>
      {types.map((type, index) => (
        <span key={type}>
          {index > 0 && ", "}
          <Link to={paths.template(type)}>{type}</Link>
        </span>
      ))}
    </span>
  );
}

function NoSecrets() {
  return (
    <EmptyState icon={<IconLockPassword size={26} />} title="No shared secrets yet">
      A password or key that several templates need is kept in one place. A secret field takes it by <code>secretRef</code>, and whoever creates a job neither enters nor sees it.
    </EmptyState>
  );
}

function DeleteSecretDialog({ secret: { name, used_by: usedBy }, onClose }: { secret: SharedSecret; onClose: () => void }) {
  return (
    <ConfirmDialog
      title={`Delete the secret ${name}?`}
      keep="Keep it"
      confirm="Delete secret"
      failed="It was not deleted"
      done={`The secret ${name} was deleted`}
      mutation={useDeleteSecret(name)}
      onClose={onClose}
    >
      <p>{usedBy.length > 0 ? `These templates refer to it: ${usedBy.join(", ")}. Change them first.` : "No template refers to it. Its value cannot be brought back."}</p>
    </ConfirmDialog>
  );
}
