import type { ReactNode } from "react";

import { PageTitle } from "@/components/page-title";
import type { Session } from "@/types/api";
import classes from "./sign-in-page.module.css";
import { SignInWays } from "./sign-in-ways";

export function SignInPage({ logo, session }: { logo: ReactNode; session: Session }) {
  return (
    <main className={classes.page}>
      <PageTitle text="Sign in" />
      <div className={classes.card}>
        <div className={classes.head}>
          {logo}
          <h1 className={classes.title}>Sign in to RestJobScheduler</h1>
        </div>
        <SignInWays session={session} />
      </div>
    </main>
  );
}
