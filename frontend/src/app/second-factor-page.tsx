import { Button } from "@mantine/core";
import { useState, type ReactNode } from "react";

import { ErrorNote } from "@/components/error-note";
import { PageTitle } from "@/components/page-title";
import { isSetUp, useFactors } from "@/features/account/api/factors";
import { SecondFactorPanel } from "@/features/account/components/second-factor-panel";
import { useSignOut } from "@/features/session/api/sign-out";
import { reloadPage } from "@/lib/reload-page";
import type { User } from "@/types/api";
import classes from "./second-factor-page.module.css";

/** The only page of a session that needs a second factor first: it sets one up, or signs out. */
export function SecondFactorPage({ logo, user }: { logo: ReactNode; user: User }) {
  const { data: factors, isPending } = useFactors();
  const signOut = useSignOut();
  // What is added on this page completes this session. What there was before does not: it belongs to a sign-in.
  const [hadOne, setHadOne] = useState<boolean | null>(null);
  if (factors && hadOne === null) setHadOne(isSetUp(factors));
  if (isPending) return null;
  return (
    <main className={classes.page}>
      <PageTitle text="Second factor" />
      <div className={classes.head}>
        {logo}
        <h1 className={classes.title}>{hadOne ? "Sign in with your second factor" : "Set up a second factor"}</h1>
      </div>
      <p>
        {hadOne
          ? "You have a second factor, but this session began without it: sign out, and sign in again with it."
          : `Your role, ${user.role}, needs more than a password: add an app or a passkey, and you can go on.`}
      </p>
      {!hadOne && <SecondFactorPanel onReady={reloadPage} />}
      {signOut.error && <ErrorNote title="You were not signed out" error={signOut.error} />}
      <div>
        <Button variant={hadOne ? "filled" : "default"} loading={signOut.isPending} onClick={() => signOut.mutate()}>
          Sign out
        </Button>
      </div>
    </main>
  );
}
