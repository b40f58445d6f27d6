import { Button, TextInput } from "@mantine/core";
import { IconFingerprint } from "@tabler/icons-react";
import { useState } from "react";

import { describeError, hasCode } from "@/lib/api-error";
import { canUsePasskeys, signWithPasskey } from "@/lib/passkeys";
import type { Session } from "@/types/api";
import { useSecondFactor, type Proof, type SecondFactor } from "../api/sign-in";
import classes from "./sign-in-form.module.css";

type FactorFormProps = {
  factor: SecondFactor;
  onSignedIn: (session: Session) => void;
  /** The password is needed again: the user wants to, or the error says so. */
  onStartAgain: (error: Error | null) => void;
};

/** The second step of a sign-in: a code, or a passkey where there is one. */
export function FactorForm({ factor, onSignedIn, onStartAgain }: FactorFormProps) {
  const { methods, passkey_options: options } = factor;
  const send = useSecondFactor();
  const [byRecoveryCode, setByRecoveryCode] = useState(false);
  const [code, setCode] = useState("");
  const [failure, setFailure] = useState<string | null>(null);
  const showsPasskey = options !== undefined && canUsePasskeys();
  const showsCode = byRecoveryCode || methods.includes("totp") || !showsPasskey;
  const asksForRecoveryCode = byRecoveryCode || !methods.includes("totp");

  const prove = (proof: Proof): void => {
    if (send.isPending) return;
    setFailure(null);
    send.mutate(proof, {
      onSuccess: onSignedIn,
      onError: (error) => {
        // A passkey's challenge works once: the next try needs another one, which comes with the password.
        if (hasCode(error, "sign_in_first") || "passkey" in proof) onStartAgain(error);
        else setFailure(describeError(error));
      },
    });
  };
  const signByPasskey = async (): Promise<void> => {
    if (!options) return;
    setFailure(null);
    const passkey = await signWithPasskey(options).catch(() => null);
    if (passkey === null) setFailure("The passkey was not used. Try it again, or go on in another way.");
    else prove({ passkey });
  };

  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        prove({ code });
      }}
    >
      {showsPasskey && (
        <Button
          variant={showsCode ? "default" : "filled"}
          fullWidth
          autoFocus={!showsCode}
          leftSection={<IconFingerprint size={18} aria-hidden />}
          onClick={() => void signByPasskey()}
        >
          Use a passkey
        </Button>
      )}
      {showsCode ? (
        <>
          <TextInput
            key={asksForRecoveryCode ? "recovery" : "app"}
            label={asksForRecoveryCode ? "Recovery code" : "Code of your authenticator app"}
            name="code"
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
            autoComplete={asksForRecoveryCode ? "off" : "one-time-code"}
            inputMode={asksForRecoveryCode ? "text" : "numeric"}
            error={failure}
            errorProps={{ role: "alert" }}
            autoFocus
            required
            withAsterisk={false}
          />
          <Button type="submit" fullWidth loading={send.isPending}>
            Sign in
          </Button>
        </>
      ) : (
        failure && (
          <p role="alert" className={classes.failure}>
            {failure}
          </p>
        )
      )}
      <div className={classes.others}>
        {methods.includes("recovery_code") && !(showsCode && asksForRecoveryCode) && (
          <button type="button" className={classes.other} onClick={askForRecoveryCode}>
            Use a recovery code
          </button>
        )}
        <button type="button" className={classes.other} onClick={() => onStartAgain(null)}>
          Start again
        </button>
      </div>
    </form>
  );

  function askForRecoveryCode(): void {
    setByRecoveryCode(true);
    setCode("");
    setFailure(null);
  }
}
