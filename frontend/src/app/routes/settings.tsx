import { PageHeader } from "@/components/page-header";
import { PageTitle } from "@/components/page-title";
import { Panel } from "@/components/panel";
import { PasswordPanel } from "@/features/account/components/password-panel";
import { SecondFactorPanel } from "@/features/account/components/second-factor-panel";
import { SessionsPanel } from "@/features/account/components/sessions-panel";
import { TokensPanel } from "@/features/account/components/tokens-panel";
import { useSession } from "@/features/session/api/get-session";
import { useCurrentUser } from "@/lib/current-user";
import { ThemeChoice } from "../theme-choice";
import classes from "./settings.module.css";

/** What users set for themselves: first what their sign-in needs, then where they are signed in, then the rest. */
export function SettingsRoute() {
  const { username, role } = useCurrentUser();
  const { data: session } = useSession();
  return (
    <div className={classes.page}>
      <PageTitle text="Settings" />
      <PageHeader title="Settings" below={`${username}, role ${role}`} />
      <div className={classes.panels}>
        {session?.local_sign_in === false ? <NoPassword /> : <PasswordPanel username={username} />}
        {session?.local_sign_in !== false && <SecondFactorPanel />}
        <SessionsPanel />
        <TokensPanel />
        <Panel title="Theme">
          <ThemeChoice />
        </Panel>
      </div>
    </div>
  );
}

function NoPassword() {
  return <Panel title="Password">You sign in by a provider, which keeps your password: change it there.</Panel>;
}
