import { Button } from "@mantine/core";

import { showToast } from "@/lib/toast";
import type { Passkey } from "@/types/api";
import { removePasskey } from "../api/factors";
import { useFactorChange } from "./use-factor-change";

export function RemovePasskey({ passkey: { id, name } }: { passkey: Passkey }) {
  const remove = useFactorChange({
    title: `Remove ${name}?`,
    confirm: "Remove passkey",
    warning: "It does not sign you in any more. With the last second factor the recovery codes go, too.",
    send: (proof) => removePasskey(id, proof),
    onDone: () => showToast("good", `${name} was removed`),
  });
  return (
    <>
      <Button size="compact-sm" variant="default" fw={500} aria-label={`Remove ${name}`} onClick={remove.start}>
        Remove
      </Button>
      {remove.dialog}
    </>
  );
}
