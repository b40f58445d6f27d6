import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useState, type ReactNode } from "react";
import { useLocation } from "react-router";

import { ErrorNote } from "@/components/error-note";
import { sessionQuery, useSession } from "@/features/session/api/get-session";
import { setSessionEndHandler } from "@/lib/api-client";
import { CurrentUserProvider } from "@/lib/current-user";
import { startLiveUpdates } from "@/lib/live-updates";
import type { User } from "@/types/api";
import { Logo } from "./logo";
import { isKnownAddress } from "./router";
import { NotFoundRoute } from "./routes/not-found";
import classes from "./session-gate.module.css";

const SignInPage = lazy(() =>
  import("@/features/session/components/sign-in-page").then((module) => ({ default: module.SignInPage })),
);
const SignInDialog = lazy(() =>
  import("@/features/session/components/sign-in-dialog").then((module) => ({ default: module.SignInDialog })),
);
const SecondFactorPage = lazy(() => import("./second-factor-page").then((module) => ({ default: module.SecondFactorPage })));

/**
 * Shows the page to signed-in users only. If the session ends, users sign in over the page, which keeps its state.
 * A session that may only set up a second factor gets the page for that.
 */
export function SessionGate({ children }: { children: ReactNode }) {
  const session = useSession();
  const { pathname } = useLocation();
  const [lastUser, setLastUser] = useState<User | null>(null);
  const user = session.data?.user ?? null;
  const isFactorDue = session.data?.second_factor_due ?? false;
  if (user && !isFactorDue && user.username !== lastUser?.username) setLastUser(user);
  useLiveUpdates(user !== null && !isFactorDue);

  if (session.isPending) return null;
  if (!session.data) {
    return (
      <div className={classes.alone}>
        <ErrorNote title="The platform does not answer" error={session.error} onRetry={() => void session.refetch()} />
      </div>
    );
  }
  const shownUser = user ?? lastUser;
  if (!shownUser) {
    if (!isKnownAddress(pathname)) return <NotFoundRoute />;
    return (
      <Suspense fallback={null}>
        <SignInPage logo={<Logo />} session={session.data} />
      </Suspense>
    );
  }
  if (isFactorDue) {
    return (
      <Suspense fallback={null}>
        <SecondFactorPage logo={<Logo />} user={shownUser} />
      </Suspense>
    );
  }
  return (
    <CurrentUserProvider value={shownUser}>
      {children}
      <Suspense fallback={null}>
        {!user && <SignInDialog username={shownUser.username} session={session.data} />}
      </Suspense>
    </CurrentUserProvider>
  );
}

function useLiveUpdates(signedIn: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    const checkSession = (): void => void client.invalidateQueries(sessionQuery);
    setSessionEndHandler(checkSession);
    return signedIn ? startLiveUpdates(client, checkSession) : undefined;
  }, [client, signedIn]);
}
