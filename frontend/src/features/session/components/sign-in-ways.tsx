import { Button } from "@mantine/core";
import { useLocation } from "react-router";

import type { Session, SignInProvider } from "@/types/api";
import { SignInForm } from "./sign-in-form";
import classes from "./sign-in-ways.module.css";

type SignInWaysProps = {
  session: Session;
  username?: string;
  onSignedIn?: (username: string) => void;
};

/** A button for each provider that signs users in, and the form if users sign in by password, too. */
export function SignInWays({ session, username, onSignedIn }: SignInWaysProps) {
  const { sign_in: providers, local_sign_in: isLocal } = session;
  return (
    <div className={classes.ways}>
      {providers.map((provider) => (
        <ProviderButton key={provider.url} provider={provider} variant={isLocal ? "default" : "filled"} />
      ))}
      {providers.length > 0 && isLocal && <p className={classes.or}>or</p>}
      {isLocal && <SignInForm username={username} onSignedIn={onSignedIn} />}
      {providers.length === 0 && !isLocal && <p>Ask an operator for a sign-in link: there is no other way to sign in.</p>}
    </div>
  );
}

/** Leaves for the provider, which sends the user back to this page. */
function ProviderButton({ provider, variant }: { provider: SignInProvider; variant: string }) {
  const { pathname, search } = useLocation();
  return (
    <Button component="a" href={`${provider.url}?next=${encodeURIComponent(pathname + search)}`} variant={variant} fullWidth>
      {provider.name}
    </Button>
  );
}
