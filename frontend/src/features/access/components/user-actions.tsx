import { Button } from "@mantine/core";
import { Link } from "react-router";

import { describeError } from "@/lib/api-error";
import { paths } from "@/lib/paths";
import { showToast } from "@/lib/toast";
import type { AccessUser } from "@/types/api";
import { useSwitchUser } from "../api/users";

type UserActionsProps = { user: AccessUser; onChange: () => void; onReset: () => void; onSwitchOff: () => void };

const LOOK = { size: "compact-sm", variant: "default", fw: 500 } as const;

/** The buttons of a user. Links are for those who have a password: not for service accounts, nor while switched off. */
export function UserActions({ user, onChange, onReset, onSwitchOff }: UserActionsProps) {
  const { name, active, service } = user;
  const switching = useSwitchUser(name, { active: true });
  const switchOn = (): void => {
    if (switching.isPending) return;
    switching.mutate(undefined, {
      onSuccess: () => showToast("good", `${name} is switched on`),
      onError: (error) => showToast("bad", `${name} was not switched on. ${describeError(error)}`),
    });
  };
  return (
    <>
      <Button {...LOOK} aria-label={`Change ${name}`} onClick={onChange}>
        Change
      </Button>
      {active && !service && (
        <Button {...LOOK} aria-label={`Reset link for ${name}`} onClick={onReset}>
          Reset link
        </Button>
      )}
      <Button {...LOOK} component={Link} to={paths.auditOf(`user:${name}`)} aria-label={`History of ${name}`}>
        History
      </Button>
      {/* One button for both actions, so that it keeps the focus when its action changes. */}
      <Button {...LOOK} aria-label={`${active ? "Switch off" : "Switch on"} ${name}`} onClick={active ? onSwitchOff : switchOn}>
        {active ? "Switch off" : "Switch on"}
      </Button>
    </>
  );
}
