import { Button } from "@mantine/core";
import { IconPlus, IconUsersGroup } from "@tabler/icons-react";
import { useState } from "react";

import { ConfirmDialog } from "@/components/confirm-dialog";
import { DataTable, type Column } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { ErrorNote } from "@/components/error-note";
import { PageSkeleton } from "@/components/page-skeleton";
import type { UserGroup } from "@/types/api";
import { useGrants } from "../api/grants";
import { useDeleteGroup, useGroups } from "../api/groups";
import { formatCount } from "../access-text";
import classes from "./access.module.css";
import { GroupDialog } from "./group-dialog";

export function GroupsTab() {
  const groups = useGroups();
  const [isCreating, setCreating] = useState(false);
  const [changing, setChanging] = useState<UserGroup | null>(null);
  const [deleting, setDeleting] = useState<UserGroup | null>(null);
  if (groups.isPending) return <PageSkeleton />;
  return (
    <>
      {groups.error && <ErrorNote title="The groups could not be read" error={groups.error} onRetry={() => void groups.refetch()} />}
      <div className={classes.tools}>
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
          New group
        </Button>
      </div>
      {groups.data && (
        <div className={classes.card}>
          {groups.data.length > 0 ? <DataTable label="Groups" columns={makeColumns(setChanging, setDeleting)} rows={groups.data} getKey={({ name }) => name} /> : <NoGroups />}
        </div>
      )}
      {isCreating && <GroupDialog onClose={() => setCreating(false)} />}
      {changing && <GroupDialog group={changing} onClose={() => setChanging(null)} />}
      {deleting && <DeleteGroupDialog group={deleting} onClose={() => setDeleting(null)} />}
    </>
  );
}

function makeColumns(onChange: (group: UserGroup) => void, onDelete: (group: UserGroup) => void): Column<UserGroup>[] {
  return [
    { title: "Name", cell: ({ name }) => name },
    { title: "Members", cell: ({ members }) => <span>{members.join(", ") || "none yet"}</span> },
    {
      title: "",
      cell: (group) => (
        <>
          <Button size="compact-sm" variant="default" fw={500} aria-label={`Change ${group.name}`} onClick={() => onChange(group)}>
            Change
          </Button>
          <Button size="compact-sm" variant="default" fw={500} aria-label={`Delete ${group.name}`} onClick={() => onDelete(group)}>
            Delete
          </Button>
        </>
      ),
    },
  ];
}

function NoGroups() {
  return (
    <EmptyState icon={<IconUsersGroup size={26} />} title="No groups yet">
      A grant to a group gives its rights to all members, also to those who come later.
    </EmptyState>
  );
}

function DeleteGroupDialog({ group: { name, members }, onClose }: { group: UserGroup; onClose: () => void }) {
  const grants = useGrants();
  const count = grants.data?.filter(({ group }) => group === name).length;
  const lost = count === undefined ? "The grants to it go with it" : count === 0 ? "No grant goes with it" : `${formatCount(count, "grant")} to it ${count === 1 ? "goes" : "go"} with it`;
  return (
    <ConfirmDialog
      title={`Delete ${name}?`}
      keep="Keep the group"
      confirm="Delete group"
      failed="It was not deleted"
      done={`${name} was deleted`}
      mutation={useDeleteGroup(name)}
      onClose={onClose}
    >
      <p>
        {lost}; {formatCount(members.length, "member")} {members.length === 1 ? "loses" : "lose"} at once what they had by it. The users stay.
      </p>
    </ConfirmDialog>
  );
}
