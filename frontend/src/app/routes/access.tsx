import { NavLink, Outlet } from "react-router";

import { MissingRight } from "@/components/missing-right";
import { PageHeader } from "@/components/page-header";
import { PageTitle } from "@/components/page-title";
import { GrantsTab } from "@/features/access/components/grants-tab";
import { GroupsTab } from "@/features/access/components/groups-tab";
import { SecretsTab } from "@/features/access/components/secrets-tab";
import { UsersTab } from "@/features/access/components/users-tab";
import { AuditList } from "@/features/audit/components/audit-list";
import { useMay } from "@/lib/current-user";
import { paths } from "@/lib/paths";
import classes from "./access.module.css";

const TABS = [
  { to: paths.users, label: "Users" },
  { to: paths.groups, label: "Groups" },
  { to: paths.grants, label: "Grants" },
  { to: paths.secrets, label: "Secrets" },
  { to: paths.audit, label: "Audit" },
] as const;

/** Who may do what. Its tabs are pages with addresses of their own. */
export function AccessRoute() {
  if (!useMay("administer")) {
    return (
      <MissingRight title="You may not see who has access" back={{ to: paths.jobs, label: "Go to jobs" }}>
        That is for admins: ask one of them.
      </MissingRight>
    );
  }
  return (
    <>
      <PageHeader title="Access" />
      <nav className={classes.tabs} aria-label="Access">
        {TABS.map(({ to, label }) => (
          <NavLink key={to} to={to} className={classes.tab}>
            {label}
          </NavLink>
        ))}
      </nav>
      <Outlet />
    </>
  );
}

export function UsersRoute() {
  return (
    <>
      <PageTitle text="Users" />
      <UsersTab />
    </>
  );
}

export function GroupsRoute() {
  return (
    <>
      <PageTitle text="Groups" />
      <GroupsTab />
    </>
  );
}

export function GrantsRoute() {
  return (
    <>
      <PageTitle text="Grants" />
      <GrantsTab />
    </>
  );
}

export function SecretsRoute() {
  return (
    <>
      <PageTitle text="Secrets" />
      <SecretsTab />
    </>
  );
}

export function AuditRoute() {
  return (
    <>
      <PageTitle text="Audit" />
      <AuditList />
    </>
  );
}
