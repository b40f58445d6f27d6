import { Skeleton } from "@mantine/core";
import { useState } from "react";

import { ErrorNote } from "@/components/error-note";
import { Panel } from "@/components/panel";
import { ShownOnce } from "@/components/shown-once";
import { isSetUp, useFactors } from "../api/factors";
import { AppFactor } from "./app-factor";
import classes from "./factors.module.css";
import { PasskeysFactor } from "./passkeys-factor";
import { RecoveryCodes } from "./recovery-codes";

/** What proves the user's sign-ins besides the password. `onReady`: one was added, and its recovery codes were stored. */
export function SecondFactorPanel({ onReady }: { onReady?: () => void }) {
  const factors = useFactors();
  const [codes, setCodes] = useState<string[] | null>(null);
  const [isAdded, setAdded] = useState(false);
  const added = (firstCodes: string[] | null): void => {
    setCodes(firstCodes);
    setAdded(true);
    if (!firstCodes) onReady?.();
  };
  const hideCodes = (): void => {
    setCodes(null);
    if (isAdded) onReady?.();
  };
  return (
    <Panel title="Second factor">
      <div className={classes.sections}>
        {codes && (
          <ShownOnce
            key={codes[0]}
            title="Your recovery codes"
            secret={codes.join("\n")}
            warning="Store them now: they are not shown again. Each signs you in once, together with your password."
            fileName="recovery-codes.txt"
            onDone={hideCodes}
          />
        )}
        {factors.isPending && <Skeleton height={60} />}
        {factors.error && <ErrorNote title="Your second factors could not be read" error={factors.error} onRetry={() => void factors.refetch()} />}
        {factors.data && (
          <>
            <AppFactor totp={factors.data.totp} onAdded={added} />
            <PasskeysFactor passkeys={factors.data.passkeys} onAdded={added} />
            {isSetUp(factors.data) && <RecoveryCodes left={factors.data.recovery_codes_left} onMade={setCodes} />}
          </>
        )}
      </div>
    </Panel>
  );
}
