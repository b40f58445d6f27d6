import { Link } from "react-router";

import { PageHeader } from "@/components/page-header";
import { PageTitle } from "@/components/page-title";
import { Panel } from "@/components/panel";
import { PasswordPanel } from "@/features/account/components/password-panel";
import { SecondFactorPanel } from "@/features/account/components/second-factor-panel";
import { SessionsPanel } from "@/features/account/components/sessions-panel";
import { TokensPanel } from "@/features/account/components/tokens-panel";
import { useSession } from "@/features/session/api/get-session";
import { useCurrentUser, useMay } from "@/lib/current-user";
import { ThemeChoice } from "../theme-choice";
import classes from "./settings.module.css";

/** What users set for themselves: first what their sign-in needs, then where they are signed in, then the rest. */
export function SettingsRoute() {
  const { username, role, has_password: hasPassword } = useCurrentUser();
  const { data: session } = useSession();
  const byPassword = session?.local_sign_in !== false;
  return (
    <div className={classes.page}>
      <PageTitle text="Settings" />
      <PageHeader title="Settings" below={`${username}, role ${role}`} />
      <div className={classes.panels}>
        {byPassword && hasPassword ? (
          <>
            <PasswordPanel username={username} />
            <SecondFactorPanel />
          </>
        ) : (
          <NoPassword byPassword={byPassword} byProvider={(session?.sign_in.length ?? 0) > 0} />
        )}
        <SessionsPanel />
        <TokensPanel />
        <Panel title="Theme">
          <ThemeChoice />
        </Panel>
      </div>
    </div>
  );
}

/** For those who came by a provider or by a link; `byPassword`, `byProvider`: how people sign in here. */
function NoPassword({ byPassword, byProvider }: { byPassword: boolean; byProvider: boolean }) {
  const mayAdminister = useMay("administer");
  return (
    <Panel title="Password">
      {byPassword ? "You have no password here." : "Nobody signs in by name and password here."}
      {byProvider && " The provider that signs you in keeps your password, and asks for second factors."}
      {byPassword && !byProvider && (mayAdminister ? <OwnResetLink /> : " To set one, ask an admin for a reset link.")}
    </Panel>
  );
}

function OwnResetLink() {
  return (
    <>
      {" "}
      To set one, make a reset link for yourself among the <Link to="/access/users">users</Link>.
    </>
  );
}
