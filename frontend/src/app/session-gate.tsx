import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useState, type ReactNode } from "react";
import { useLocation } from "react-router";

import { ErrorNote } from "@/components/error-note";
import { sessionQuery, useSession } from "@/features/session/api/get-session";
import { whenSignedOut } from "@/lib/api-client";
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

/** Lets signed-in users through. When the session ends under them, they sign in over the page, which stays as it was. */
export function SessionGate({ children }: { children: ReactNode }) {
  const session = useSession();
  const { pathname } = useLocation();
  const [entered, setEntered] = useState<User | null>(null);
  const user = session.data?.user ?? null;
  if (user && user.username !== entered?.username) setEntered(user);
  useLiveUpdates(user !== null);

  if (session.isPending) return null;
  if (!session.data) {
    return (
      <div className={classes.alone}>
        <ErrorNote title="The platform does not answer" error={session.error} onRetry={() => void session.refetch()} />
      </div>
    );
  }
  const shown = user ?? entered;
  if (!shown) {
    if (!isKnownAddress(pathname)) return <NotFoundRoute />;
    return (
      <Suspense fallback={null}>
        <SignInPage logo={<Logo />} />
      </Suspense>
    );
  }
  return (
    <CurrentUserProvider value={shown}>
      {children}
      <Suspense fallback={null}>{!user && <SignInDialog username={shown.username} />}</Suspense>
    </CurrentUserProvider>
  );
}

function useLiveUpdates(signedIn: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    const checkSession = (): void => void client.invalidateQueries(sessionQuery);
    whenSignedOut(checkSession);
    return signedIn ? startLiveUpdates(client, checkSession) : undefined;
  }, [client, signedIn]);
}
