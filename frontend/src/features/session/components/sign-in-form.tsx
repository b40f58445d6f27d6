import { Button, TextInput } from "@mantine/core";

import { describeError } from "@/lib/api-error";
import { useSignIn } from "../api/sign-in";
import classes from "./sign-in-form.module.css";

type SignInFormProps = { username?: string; onSignedIn?: (username: string) => void };

export function SignInForm({ username = "", onSignedIn }: SignInFormProps) {
  const signIn = useSignIn();
  const submit = (fields: FormData): void => {
    const credentials = { username: toText(fields.get("username")), password: toText(fields.get("password")) };
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
      <TextInput
        label="User name"
        name="username"
        defaultValue={username}
        autoComplete="username"
        autoFocus={!username}
        required
        withAsterisk={false}
      />
      <TextInput
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        error={signIn.error && describeError(signIn.error)}
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
