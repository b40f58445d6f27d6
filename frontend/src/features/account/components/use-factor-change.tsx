import { useState, type ReactNode } from "react";

import { hasCode } from "@/lib/api-error";
import { useFactorMutation, type Proof } from "../api/factors";
import { ProofDialog } from "./proof-dialog";

type FactorChange<Answer> = {
  title: string;
  confirm: string;
  /** What is taken away. With these words the user is asked first. */
  warning?: string;
  send: (proof: Proof) => Promise<Answer>;
  onDone: (answer: Answer) => void;
};

type StartedChange = {
  start: () => void;
  isPending: boolean;
  /** Why it failed, unless the dialog says so. */
  error: Error | null;
  dialog: ReactNode;
};

/** A change of second factors: it is sent without the password first, and with it if the server asks for that. */
export function useFactorChange<Answer>({ title, confirm, warning, send, onDone }: FactorChange<Answer>): StartedChange {
  const change = useFactorMutation(send);
  const [step, setStep] = useState<"closed" | "warning" | "password">("closed");
  const run = (proof: Proof, onSuccess: () => void): void => {
    if (change.isPending) return;
    change.mutate(proof, {
      onSuccess: (answer) => {
        onSuccess();
        onDone(answer);
      },
      onError: (error) => hasCode(error, "password_needed") && setStep("password"),
    });
  };
  const close = (): void => {
    setStep("closed");
    change.reset();
  };
  return {
    start: () => (warning ? setStep("warning") : run({}, () => undefined)),
    isPending: change.isPending,
    error: step === "closed" && !hasCode(change.error, "password_needed") ? change.error : null,
    dialog: step !== "closed" && (
      <ProofDialog
        title={title}
        words={warning && <p>{warning}</p>}
        confirm={confirm}
        removes={warning !== undefined}
        asksForPassword={step === "password"}
        error={change.error}
        isPending={change.isPending}
        onSend={run}
        onClose={close}
      />
    ),
  };
}
