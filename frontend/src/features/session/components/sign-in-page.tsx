import type { ReactNode } from "react";

import { PageTitle } from "@/components/page-title";
import { SignInForm } from "./sign-in-form";
import classes from "./sign-in-page.module.css";

export function SignInPage({ logo }: { logo: ReactNode }) {
  return (
    <main className={classes.page}>
      <PageTitle text="Sign in" />
      <div className={classes.card}>
        <div className={classes.head}>
          {logo}
          <h1 className={classes.title}>Sign in to RestJobScheduler</h1>
        </div>
        <SignInForm />
      </div>
    </main>
  );
}
