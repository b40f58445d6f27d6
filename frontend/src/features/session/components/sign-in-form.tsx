import { Button, TextInput } from "@mantine/core";
import { useState } from "react";

import { describeError } from "@/lib/api-error";
import type { Session } from "@/types/api";
import { useSignIn, type SecondFactor } from "../api/sign-in";
import { FactorForm } from "./factor-form";
import classes from "./sign-in-form.module.css";

type SignInFormProps = { username?: string; onSignedIn?: (username: string) => void };

/** Asks for name and password, and then for a second factor if the account has one. */
export function SignInForm({ username = "", onSignedIn }: SignInFormProps) {
  const signIn = useSignIn();
  const [name, setName] = useState(username);
  const [factor, setFactor] = useState<SecondFactor | null>(null);
  const [failure, setFailure] = useState<Error | null>(null);
  const finish = ({ user }: Session): void => {
    if (user) onSignedIn?.(user.username);
  };
  const submit = (fields: FormData): void => {
    const credentials = { username: toText(fields.get("username")), password: toText(fields.get("password")) };
    if (signIn.isPending) return;
    setName(credentials.username);
    setFailure(null);
    signIn.mutate(credentials, {
      onSuccess: (step) => (step.session ? finish(step.session) : setFactor(step.factor)),
      onError: setFailure,
    });
  };
  const startAgain = (error: Error | null): void => {
    setFactor(null);
    setFailure(error);
  };
  if (factor) return <FactorForm factor={factor} onSignedIn={finish} onStartAgain={startAgain} />;
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        submit(new FormData(event.currentTarget));
      }}
    >
      <TextInput
        label="User name"
        name="username"
        defaultValue={name}
        autoComplete="username"
        autoFocus={!name}
        required
        withAsterisk={false}
      />
      <TextInput
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        error={failure && describeError(failure)}
        errorProps={{ role: "alert" }}
        required
        withAsterisk={false}
      />
      <Button type="submit" fullWidth loading={signIn.isPending}>
        Sign in
      </Button>
    </form>
  );
}

function toText(field: FormDataEntryValue | null): string {
  return typeof field === "string" ? field : "";
}
