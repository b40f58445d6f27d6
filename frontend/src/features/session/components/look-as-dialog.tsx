import { Button, NativeSelect, Radio, TextInput } from "@mantine/core";
import { useState } from "react";

import { closeDialog, Dialog, DialogActions } from "@/components/dialog";
import { ErrorNote } from "@/components/error-note";
import classes from "@/components/form.module.css";
import { getFieldError, getOtherError } from "@/lib/field-errors";
import type { Role } from "@/types/api";
import { useViewAs } from "../api/view-as";

const ROLES: readonly Role[] = ["viewer", "operator", "editor", "admin"];

/** Lets an admin look at the platform as somebody else. The page is loaded again then. */
export function LookAsDialog({ onClose }: { onClose: () => void }) {
  const view = useViewAs();
  const [by, setBy] = useState<"role" | "user">("role");
  const [role, setRole] = useState<Role>("viewer");
  const [name, setName] = useState("");
  const other = getOtherError(view.error, ["user"]);
  const submit = (): void => {
    if (view.isPending || view.isSuccess) return;
    view.mutate(by === "role" ? { role } : { user: name.trim() });
  };
  return (
    <Dialog title="Look as somebody else" onClose={onClose}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <p className={classes.note}>You see what they see, and can change nothing until you end it.</p>
        {other && <ErrorNote title="This did not begin" error={other} />}
        <Radio.Group label="Look as" value={by} onChange={setBy}>
          <div className={classes.choices}>
            <Radio value="role" label="Anybody with a role, without grants" />
            <Radio value="user" label="A user" />
          </div>
        </Radio.Group>
        {by === "role" ? (
          <NativeSelect label="Role" value={role} onChange={(event) => setRole(ROLES.find((one) => one === event.currentTarget.value) ?? role)} data={[...ROLES]} />
        ) : (
          <TextInput
            label="User name"
            required
            withAsterisk={false}
            autoComplete="off"
            spellCheck={false}
            value={name}
            error={getFieldError(view.error, "user")}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        )}
        <DialogActions>
          <Button variant="default" onClick={(event) => closeDialog(event.currentTarget)}>
            Cancel
          </Button>
          <Button type="submit" loading={view.isPending}>
            Look
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
