import { Checkbox } from "@mantine/core";
import { useState } from "react";

import { ConfirmDialog } from "@/components/confirm-dialog";
import type { AccessUser } from "@/types/api";
import { useSwitchUser } from "../api/users";

/** Asks before a user is switched off. */
export function SwitchOffDialog({ user, onClose }: { user: AccessUser; onClose: () => void }) {
  const [revokeTokens, setRevokeTokens] = useState(false);
  return (
    <ConfirmDialog
      title={`Switch off ${user.name}?`}
      keep="Leave as it is"
      confirm="Switch off"
      failed="The user was not switched off"
      done={`${user.name} is switched off`}
      mutation={useSwitchUser(user.name, { active: false, revokeTokens })}
      onClose={onClose}
    >
      <p>
        {user.service ? "Its tokens are refused from now on" : "The user is signed out everywhere, cannot sign in, and the user's tokens are refused"}; open
        connections close within seconds. Jobs and series that exist go on. Role, groups and grants are kept, so that you can switch the user on again.
      </p>
      <Checkbox
        mt="sm"
        label="Also revoke all API tokens"
        description="Otherwise they work again when the user is switched on"
        checked={revokeTokens}
        onChange={(event) => setRevokeTokens(event.currentTarget.checked)}
      />
    </ConfirmDialog>
  );
}
