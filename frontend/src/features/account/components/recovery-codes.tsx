import { Button } from "@mantine/core";

import { ErrorNote } from "@/components/error-note";
import { replaceRecoveryCodes } from "../api/factors";
import { FactorSection } from "./factor-section";
import { useFactorChange } from "./use-factor-change";

/** Says how many recovery codes are left, and makes new ones. */
export function RecoveryCodes({ left, onMade }: { left: number; onMade: (codes: string[]) => void }) {
  const replace = useFactorChange({
    title: "Make new recovery codes?",
    confirm: "Make new codes",
    warning: "The old ones do not work any more.",
    send: replaceRecoveryCodes,
    onDone: ({ recovery_codes: codes }) => onMade(codes),
  });
  return (
    <FactorSection
      title="Recovery codes"
      state={`${left} left. Each signs you in once, when you have no other second factor at hand.`}
      actions={
        <Button size="compact-sm" variant="default" fw={500} onClick={replace.start}>
          Make new codes
        </Button>
      }
    >
      {replace.error && <ErrorNote title="No codes were made" error={replace.error} />}
      {replace.dialog}
    </FactorSection>
  );
}
