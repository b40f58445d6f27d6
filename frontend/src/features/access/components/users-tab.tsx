import { Button, TextInput } from "@mantine/core";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useState } from "react";

import { DataTable, Soft, type Column } from "@/components/data-table";
import { ErrorNote } from "@/components/error-note";
import { PageSkeleton } from "@/components/page-skeleton";
import { ShownOnce } from "@/components/shown-once";
import { Tag } from "@/components/tag";
import { RelativeTime } from "@/components/time";
import { describeError } from "@/lib/api-error";
import { useCurrentUser } from "@/lib/current-user";
import { formatShortTime } from "@/lib/time";
import { showToast } from "@/lib/toast";
import type { AccessUser } from "@/types/api";
import { useMakeResetLink, useUsers } from "../api/users";
import { describeRole } from "../access-text";
import classes from "./access.module.css";
import { SwitchOffDialog } from "./switch-off-dialog";
import { UserActions } from "./user-actions";
import { UserDialog } from "./user-dialog";

/** The search field appears from this number of users on. */
const MIN_SEARCHABLE = 8;

export function UsersTab() {
  const users = useUsers();
  const { username } = useCurrentUser();
  const reset = useMakeResetLink();
  const [searchText, setSearchText] = useState("");
  const [isCreating, setCreating] = useState(false);
  const [changing, setChanging] = useState<AccessUser | null>(null);
  const [switchingOff, setSwitchingOff] = useState<AccessUser | null>(null);
  const makeLink = ({ name }: AccessUser): void =>
    reset.mutate(name, { onError: (error) => showToast("bad", `No link was made. ${describeError(error)}`) });
  if (users.isPending) return <PageSkeleton />;
  const found = users.data?.filter(({ name }) => name.toLowerCase().includes(searchText.trim().toLowerCase())) ?? [];
  const actions = (user: AccessUser) => <UserActions user={user} onChange={() => setChanging(user)} onReset={() => makeLink(user)} onSwitchOff={() => setSwitchingOff(user)} />;
  return (
    <>
      {users.error && <ErrorNote title="The users could not be read" error={users.error} onRetry={() => void users.refetch()} />}
      <div className={classes.tools}>
        {(users.data?.length ?? 0) >= MIN_SEARCHABLE && (
          <TextInput
            type="search"
            aria-label="Search users"
            placeholder="Search users"
            leftSection={<IconSearch size={16} aria-hidden />}
            value={searchText}
            onChange={(event) => setSearchText(event.currentTarget.value)}
          />
        )}
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
          New user
        </Button>
      </div>
      {reset.data && (
        <div className={classes.once}>
          <ShownOnce
            key={reset.data.url}
            title={`The reset link of ${reset.variables}`}
            secret={reset.data.url}
            warning={`Send it to that user only: who opens it sets the password. It works once, until ${formatShortTime(reset.data.expires_at)}.`}
            onDone={reset.reset}
          />
        </div>
      )}
      {users.data && found.length === 0 && <p className={classes.none}>No user's name contains “{searchText}”.</p>}
      {found.length > 0 && (
        <div className={classes.card}>
          <DataTable label="Users" columns={makeColumns(username, actions)} rows={found} getKey={({ name }) => name} />
        </div>
      )}
      {isCreating && <UserDialog onClose={() => setCreating(false)} />}
      {changing && <UserDialog user={changing} onClose={() => setChanging(null)} />}
      {switchingOff && <SwitchOffDialog user={switchingOff} onClose={() => setSwitchingOff(null)} />}
    </>
  );
}

function makeColumns(ownName: string, actions: Column<AccessUser>["cell"]): Column<AccessUser>[] {
  return [
    {
      title: "Name",
      cell: ({ name, active, service }) => (
        <>
          {name}
          {name === ownName && <Tag>You</Tag>}
          {!active && <Tag past>Switched off</Tag>}
          {service && <Soft>service account</Soft>}
        </>
      ),
    },
    { title: "Role", cell: ({ role }) => <span>{describeRole(role)}</span> },
    { title: "Groups", cell: ({ groups }) => <span>{groups.join(", ") || "–"}</span> },
    { title: "Last seen", cell: ({ last_seen_at: at }) => (at ? <RelativeTime at={at} /> : <span>never</span>) },
    { title: "", cell: actions },
  ];
}
