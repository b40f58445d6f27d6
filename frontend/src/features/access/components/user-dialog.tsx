import { Button, Checkbox, Radio, TextInput } from "@mantine/core";
import { useState } from "react";

import { closeDialog, Dialog, DialogActions } from "@/components/dialog";
import { ErrorNote } from "@/components/error-note";
import classes from "@/components/form.module.css";
import { getFieldError, getOtherError } from "@/lib/field-errors";
import { isSameJson } from "@/lib/json";
import { showToast } from "@/lib/toast";
import type { AccessUser, Role } from "@/types/api";
import { useGroups } from "../api/groups";
import { useChangeUser, useCreateUser, type UserChanges } from "../api/users";
import { ROLES } from "../access-text";
import { NameChoice } from "./name-choice";

const FIELDS = ["name", "role", "groups", "service"];

/** The form of a user; without `user` that of a new one. A refused one keeps what was typed. */
export function UserDialog({ user, onClose }: { user?: AccessUser; onClose: () => void }) {
  const creating = useCreateUser();
  const changing = useChangeUser(user?.name ?? "");
  const groups = useGroups();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>(user?.role ?? "viewer");
  const [chosen, setChosen] = useState<string[]>(user?.groups ?? []);
  const [service, setService] = useState(user?.service ?? false);
  const { error, isPending, isSuccess } = user ? changing : creating;
  const submit = (form: Element): void => {
    if (isPending || isSuccess) return;
    const onSuccess = (saved: AccessUser): void => {
      closeDialog(form);
      showToast("good", user ? `${saved.name} was changed` : `${saved.name} was created`);
    };
    const filled = { role, groups: chosen, service };
    if (!user) creating.mutate({ name: name.trim(), ...filled }, { onSuccess });
    else {
      const changes = findChanges(user, filled);
      if (Object.keys(changes).length > 0) changing.mutate(changes, { onSuccess });
      else closeDialog(form);
    }
  };
  const other = getOtherError(error, FIELDS);
  return (
    <Dialog title={user ? `Change ${user.name}` : "New user"} onClose={onClose}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          submit(event.currentTarget);
        }}
      >
        {other && <ErrorNote title={user ? "Nothing was changed" : "The user was not created"} error={other} />}
        {!user && (
          <TextInput
            label="Name"
            description="Then send the user a reset link, with which to set a password"
            required
            withAsterisk={false}
            autoComplete="off"
            spellCheck={false}
            value={name}
            error={getFieldError(error, "name")}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        )}
        <Radio.Group label="Role" value={role} error={getFieldError(error, "role")} onChange={setRole}>
          <div className={classes.choices}>
            {ROLES.map((one) => (
              <Radio key={one.role} value={one.role} label={one.label} description={one.help} />
            ))}
          </div>
        </Radio.Group>
        <NameChoice
          label="Groups"
          names={groups.data?.map((group) => group.name) ?? []}
          chosen={chosen}
          none="There are no groups yet."
          error={getFieldError(error, "groups")}
          onChange={setChosen}
        />
        <Checkbox
          label="Service account"
          description="For programs: it uses API tokens, and has no password and no sessions"
          checked={service}
          error={getFieldError(error, "service")}
          onChange={(event) => setService(event.currentTarget.checked)}
        />
        {user && <p className={classes.note}>Another role, or being a service account, ends the user's sessions: the user signs in again.</p>}
        <DialogActions>
          <Button variant="default" onClick={(event) => closeDialog(event.currentTarget)}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending}>
            {user ? "Save" : "Create user"}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** Returns what differs, because the server ends the user's sessions for a role that is sent. */
function findChanges(user: AccessUser, filled: Required<Pick<UserChanges, "role" | "groups" | "service">>): UserChanges {
  const isSameGroups = isSameJson(user.groups.toSorted(), filled.groups.toSorted());
  return {
    ...(filled.role !== user.role && { role: filled.role }),
    ...(!isSameGroups && { groups: filled.groups }),
    ...(filled.service !== user.service && { service: filled.service }),
  };
}
