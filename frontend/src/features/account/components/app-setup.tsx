import { Button, TextInput } from "@mantine/core";
import { QRCodeSVG } from "qrcode.react";
import { useState } from "react";

import { CopyButton } from "@/components/copy-button";
import { ErrorNote } from "@/components/error-note";
import form from "@/components/form.module.css";
import { getFieldError, getOtherError } from "@/lib/field-errors";
import type { NewTotp } from "@/types/api";
import { useConfirmTotp } from "../api/factors";
import classes from "./factors.module.css";

type AppSetupProps = { secret: NewTotp; onConfirmed: (codes: string[] | null) => void; onCancel: () => void };

/** Shows the secret for the app, and asks for the first code that the app makes of it. */
export function AppSetup({ secret, onConfirmed, onCancel }: AppSetupProps) {
  const confirm = useConfirmTotp();
  const [code, setCode] = useState("");
  const other = getOtherError(confirm.error, ["code"]);
  const submit = (): void => {
    if (confirm.isPending) return;
    confirm.mutate(code.trim(), { onSuccess: ({ recovery_codes: codes }) => onConfirmed(codes) });
  };
  return (
    <form
      className={form.form}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <p className={form.note}>
        Scan the picture with your app, type the key into it, or open the link on the device that has it. None of them is
        shown again.
      </p>
      {/* Dark on light in both themes, with a quiet border: many apps read nothing else. */}
      <QRCodeSVG className={classes.picture} value={secret.url} size={176} marginSize={4} title="The link, to be scanned" />
      <Secret label="Key" text={secret.secret} what="the key" />
      <Secret label="Link" text={secret.url} what="the link" />
      {other && <ErrorNote title="The app was not confirmed" error={other} />}
      <TextInput
        label="First code of the app"
        inputMode="numeric"
        autoComplete="one-time-code"
        autoFocus
        required
        withAsterisk={false}
        value={code}
        error={getFieldError(confirm.error, "code")}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
      <div className={classes.actions}>
        <Button type="submit" loading={confirm.isPending}>
          Confirm
        </Button>
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

function Secret({ label, text, what }: { label: string; text: string; what: string }) {
  return (
    <p className={classes.secret}>
      {label}: <code>{text}</code> <CopyButton text={text} what={what} />
    </p>
  );
}
