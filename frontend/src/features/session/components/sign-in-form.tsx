import { Button, TextInput } from "@mantine/core";
import { useId } from "react";

import { describeError } from "@/lib/api-error";
import { useSignIn } from "../api/sign-in";
import classes from "./sign-in-form.module.css";

type SignInFormProps = { username?: string; onSignedIn?: (username: string) => void };

export function SignInForm({ username = "", onSignedIn }: SignInFormProps) {
  const signIn = useSignIn();
  const errorId = useId();
  const submit = (fields: FormData): void => {
    const credentials = { username: textOf(fields.get("username")), password: textOf(fields.get("password")) };
    if (signIn.isPending) return;
    signIn.mutate(credentials, { onSuccess: ({ user }) => user && onSignedIn?.(user.username) });
  };
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        submit(new FormData(event.currentTarget));
      }}
    >
      <p id={errorId} role="alert" className={classes.error} hidden={!signIn.error}>
        {signIn.error && describeError(signIn.error)}
      </p>
      <TextInput
        label="User name"
        name="username"
        defaultValue={username}
        autoComplete="username"
        autoFocus={!username}
        aria-describedby={errorId}
        required
        withAsterisk={false}
      />
      <TextInput
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        autoFocus={Boolean(username)}
        aria-describedby={errorId}
        required
        withAsterisk={false}
      />
      <Button type="submit" fullWidth loading={signIn.isPending}>
        Sign in
      </Button>
    </form>
  );
}

function textOf(field: FormDataEntryValue | null): string {
  return typeof field === "string" ? field : "";
}
