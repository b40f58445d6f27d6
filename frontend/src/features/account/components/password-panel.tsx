import { Button, TextInput } from "@mantine/core";
import { useState } from "react";

import { ErrorNote } from "@/components/error-note";
import classes from "@/components/form.module.css";
import { Panel } from "@/components/panel";
import { getFieldError, getOtherError } from "@/lib/field-errors";
import { showToast } from "@/lib/toast";
import { useChangePassword } from "../api/change-password";

const EMPTY = { current: "", next: "", repeated: "" };

/** Changes the password. The typed texts stay until the server has taken them. */
export function PasswordPanel({ username }: { username: string }) {
  const change = useChangePassword();
  const [typed, setTyped] = useState(EMPTY);
  const [differs, setDiffers] = useState(false);
  const write = (part: Partial<typeof EMPTY>): void => {
    setTyped({ ...typed, ...part });
    setDiffers(false);
  };
  const submit = (): void => {
    setDiffers(typed.next !== typed.repeated);
    if (change.isPending || typed.next !== typed.repeated) return;
    change.mutate(
      { current_password: typed.current, new_password: typed.next },
      {
        onSuccess: () => {
          setTyped(EMPTY);
          showToast("good", "Your password was changed. All other sessions have ended");
        },
      },
    );
  };
  const other = getOtherError(change.error, ["current_password", "new_password"]);
  return (
    <Panel title="Password">
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <p className={classes.note}>You stay signed in here. Everywhere else you are signed out; tokens go on.</p>
        {other && <ErrorNote title="It was not changed" error={other} />}
        {/* Password managers store the new password under this name. */}
        <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
        <TextInput
          label="Current password"
          type="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={typed.current}
          error={getFieldError(change.error, "current_password")}
          onChange={(event) => write({ current: event.currentTarget.value })}
        />
        <TextInput
          label="New password"
          type="password"
          autoComplete="new-password"
          required
          withAsterisk={false}
          value={typed.next}
          error={getFieldError(change.error, "new_password")}
          onChange={(event) => write({ next: event.currentTarget.value })}
        />
        <TextInput
          label="New password again"
          type="password"
          autoComplete="new-password"
          required
          withAsterisk={false}
          value={typed.repeated}
          error={differs && "This is not the same as the new password"}
          onChange={(event) => write({ repeated: event.currentTarget.value })}
        />
        <div>
          <Button type="submit" loading={change.isPending}>
            Change password
          </Button>
        </div>
      </form>
    </Panel>
  );
}
