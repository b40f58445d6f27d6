import { Button, Skeleton } from "@mantine/core";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { useState } from "react";

import { DataTable, Soft, type Column } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { ErrorNote } from "@/components/error-note";
import { Panel } from "@/components/panel";
import panel from "@/components/panel.module.css";
import { ShownOnce } from "@/components/shown-once";
import { Tag } from "@/components/tag";
import { RelativeTime, Time } from "@/components/time";
import { useNow } from "@/lib/clock";
import { formatPatterns } from "@/lib/job-type-patterns";
import type { ApiToken, IssuedToken } from "@/types/api";
import { useTokens } from "../api/tokens";
import { describeScope, hasExpired } from "../token-text";
import { NewTokenDialog } from "./new-token-dialog";
import { RevokeTokenDialog } from "./revoke-token-dialog";

/** Lists the user's API tokens, creates and revokes them. */
export function TokensPanel() {
  const tokens = useTokens();
  const [isCreating, setCreating] = useState(false);
  const [issued, setIssued] = useState<IssuedToken | null>(null);
  const [revoking, setRevoking] = useState<ApiToken | null>(null);
  return (
    <Panel
      title="API tokens"
      flush
      aside={
        <Button size="compact-sm" variant="default" fw={500} leftSection={<IconPlus size={15} aria-hidden />} onClick={() => setCreating(true)}>
          New token
        </Button>
      }
    >
      {issued && (
        <div className={panel.body}>
          <ShownOnce
            key={issued.id}
            title={`The token ${issued.name}`}
            secret={issued.token}
            warning="Copy it now: it is not shown again. Whoever has it acts as you, within its scope."
            onDone={() => setIssued(null)}
          />
        </div>
      )}
      {tokens.isPending && <Skeleton height={60} />}
      {tokens.error && (
        <div className={panel.body}>
          <ErrorNote title="Your tokens could not be read" error={tokens.error} onRetry={() => void tokens.refetch()} />
        </div>
      )}
      {tokens.data && tokens.data.length > 0 && <DataTable label="API tokens" columns={makeColumns(setRevoking)} rows={tokens.data} getKey={({ id }) => id} />}
      {tokens.data?.length === 0 && !issued && (
        <EmptyState icon={<IconKey size={26} />} title="No tokens yet">
          A program that calls the REST API sends one as <code>Authorization: Token ...</code>
        </EmptyState>
      )}
      {isCreating && <NewTokenDialog onCreated={setIssued} onClose={() => setCreating(false)} />}
      {revoking && <RevokeTokenDialog token={revoking} onClose={() => setRevoking(null)} />}
    </Panel>
  );
}

function makeColumns(onRevoke: (token: ApiToken) => void): Column<ApiToken>[] {
  return [
    {
      title: "Name",
      cell: ({ name, prefix }) => (
        <>
          {name}
          <Soft>
            <code>{prefix}…</code>
          </Soft>
        </>
      ),
    },
    {
      title: "May",
      cell: (token) => (
        <span>
          {describeScope(token)}
          <Soft>{token.job_types ? formatPatterns(token.job_types) : "all job types"}</Soft>
        </span>
      ),
    },
    { title: "Expires", cell: (token) => <Expiry token={token} /> },
    { title: "Last used", cell: (token) => <LastUse token={token} /> },
    {
      title: "",
      cell: (token) => (
        <Button size="compact-sm" variant="default" fw={500} aria-label={`Revoke ${token.name}`} onClick={() => onRevoke(token)}>
          Revoke
        </Button>
      ),
    },
  ];
}

function Expiry({ token }: { token: ApiToken }) {
  return (
    <span>
      <Time at={token.expires_at} />
      {hasExpired(token, useNow()) && <Tag past>Expired</Tag>}
    </span>
  );
}

function LastUse({ token: { last_used_at: at, last_used_ip: ip } }: { token: ApiToken }) {
  if (!at) return <span>never</span>;
  return (
    <span>
      <RelativeTime at={at} />
      {ip && <Soft>from {ip}</Soft>}
    </span>
  );
}
