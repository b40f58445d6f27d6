import { Button, Skeleton } from "@mantine/core";

import { DataTable, Soft, type Column } from "@/components/data-table";
import { ErrorNote } from "@/components/error-note";
import { Panel } from "@/components/panel";
import panel from "@/components/panel.module.css";
import { Tag } from "@/components/tag";
import { RelativeTime, Time } from "@/components/time";
import { describeError } from "@/lib/api-error";
import { showToast } from "@/lib/toast";
import type { UserSession } from "@/types/api";
import { useEndSessions, useOwnSessions } from "../api/sessions";
import { describeAgent } from "../agent-text";

/** Lists the browsers in which the user is signed in, and ends sessions. */
export function SessionsPanel() {
  const sessions = useOwnSessions();
  const end = useEndSessions();
  const others = sessions.data?.filter(({ current }) => !current).length ?? 0;
  const endOne = (session?: UserSession): void => {
    if (end.isPending) return;
    end.mutate(session?.id, {
      onSuccess: () => showToast("good", session ? `Signed out in ${describeAgent(session.agent)}` : "Signed out everywhere else"),
      onError: (error) => showToast("bad", `The session was not ended. ${describeError(error)}`),
    });
  };
  return (
    <Panel
      title="Sessions"
      flush
      aside={
        others > 0 && (
          <Button size="compact-sm" variant="default" fw={500} loading={end.isPending && end.variables === undefined} onClick={() => endOne()}>
            Sign out everywhere else
          </Button>
        )
      }
    >
      {sessions.isPending && <Skeleton height={60} />}
      {sessions.error && (
        <div className={panel.body}>
          <ErrorNote title="Your sessions could not be read" error={sessions.error} onRetry={() => void sessions.refetch()} />
        </div>
      )}
      {sessions.data && <DataTable label="Sessions" columns={makeColumns(endOne)} rows={sessions.data} getKey={({ id }) => id} />}
    </Panel>
  );
}

function makeColumns(onEnd: (session: UserSession) => void): Column<UserSession>[] {
  return [
    {
      title: "Browser",
      cell: ({ agent, current }) => (
        <span title={agent}>
          {describeAgent(agent)}
          {current && <Tag>This one</Tag>}
        </span>
      ),
    },
    { title: "Address", cell: ({ ip }) => ip ?? "–" },
    { title: "Signed in", cell: ({ created_at: at }) => <Time at={at} /> },
    { title: "Last seen", cell: ({ current, last_seen_at: at }) => (current ? "now" : <RelativeTime at={at} />) },
    {
      title: "",
      cell: (session) =>
        session.current ? (
          <Soft>Ends with Sign out</Soft>
        ) : (
          <Button size="compact-sm" variant="default" fw={500} aria-label={`Sign out in ${describeAgent(session.agent)}`} onClick={() => onEnd(session)}>
            Sign out
          </Button>
        ),
    },
  ];
}
