import { Button } from "@mantine/core";
import { useState } from "react";

import { ErrorNote } from "@/components/error-note";
import { showToast } from "@/lib/toast";
import type { Factors, NewTotp } from "@/types/api";
import { beginTotp, removeTotp } from "../api/factors";
import { AppSetup } from "./app-setup";
import { FactorSection } from "./factor-section";
import { useFactorChange } from "./use-factor-change";

const STATES = { confirmed: "It is set up.", begun: "It was begun, but not confirmed: it does not count yet.", none: "None is set up." };

type AppFactorProps = { totp: Factors["totp"]; onAdded: (codes: string[] | null) => void };

/** The authenticator app: sets one up and removes it. */
export function AppFactor({ totp, onAdded }: AppFactorProps) {
  const [secret, setSecret] = useState<NewTotp | null>(null);
  const begin = useFactorChange({ title: "Set up an authenticator app", confirm: "Go on", send: beginTotp, onDone: setSecret });
  const remove = useFactorChange({
    title: "Remove the authenticator app?",
    confirm: "Remove app",
    warning: "Its codes do not sign you in any more. With the last second factor the recovery codes go, too.",
    send: removeTotp,
    onDone: () => {
      setSecret(null);
      showToast("good", "The authenticator app was removed");
    },
  });
  return (
    <FactorSection
      title="Authenticator app"
      state={STATES[totp ?? "none"]}
      actions={
        <>
          {totp !== "confirmed" && !secret && (
            <Button size="compact-sm" variant="default" fw={500} loading={begin.isPending} onClick={begin.start}>
              Set up an app
            </Button>
          )}
          {totp && (
            <Button size="compact-sm" variant="default" fw={500} onClick={remove.start}>
              Remove app
            </Button>
          )}
        </>
      }
    >
      {begin.error && <ErrorNote title="The app cannot be set up" error={begin.error} />}
      {secret && (
        <AppSetup
          secret={secret}
          onConfirmed={(codes) => {
            setSecret(null);
            onAdded(codes);
          }}
          onCancel={() => setSecret(null)}
        />
      )}
      {begin.dialog}
      {remove.dialog}
    </FactorSection>
  );
}
