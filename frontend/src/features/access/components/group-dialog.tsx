import { Button, TextInput } from "@mantine/core";
import { useState } from "react";

import { closeDialog, Dialog, DialogActions } from "@/components/dialog";
import { ErrorNote } from "@/components/error-note";
import classes from "@/components/form.module.css";
import { getFieldError, getOtherError } from "@/lib/field-errors";
import { showToast } from "@/lib/toast";
import type { UserGroup } from "@/types/api";
import { useSaveGroup } from "../api/groups";
import { useUsers } from "../api/users";
import { NameChoice } from "./name-choice";

/** The form of a group; without `group` that of a new one. A refused one keeps what was typed. */
export function GroupDialog({ group, onClose }: { group?: UserGroup; onClose: () => void }) {
  const save = useSaveGroup(group?.name);
  const users = useUsers();
  const [name, setName] = useState(group?.name ?? "");
  const [members, setMembers] = useState<string[]>(group?.members ?? []);
  const submit = (form: Element): void => {
    if (save.isPending || save.isSuccess) return;
    save.mutate(
      { name: name.trim(), members },
      {
        onSuccess: (saved) => {
          closeDialog(form);
          showToast("good", group ? `${saved.name} was changed` : `${saved.name} was created`);
        },
      },
    );
  };
  const other = getOtherError(save.error, ["name", "members"]);
  return (
    <Dialog title={group ? `Change ${group.name}` : "New group"} onClose={onClose}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          submit(event.currentTarget);
        }}
      >
        {other && <ErrorNote title={group ? "Nothing was changed" : "The group was not created"} error={other} />}
        <TextInput
          label="Name"
          required
          withAsterisk={false}
          autoComplete="off"
          value={name}
          error={getFieldError(save.error, "name")}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <NameChoice
          label="Members"
          names={users.data?.map((user) => user.name) ?? []}
          chosen={members}
          none="There are no users."
          error={getFieldError(save.error, "members")}
          onChange={setMembers}
        />
        <DialogActions>
          <Button variant="default" onClick={(event) => closeDialog(event.currentTarget)}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending}>
            {group ? "Save" : "Create group"}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
