import { ActionIcon } from "@mantine/core";
import { IconApi, IconDatabaseCog, IconEye, IconLogout, IconSettings, IconUser } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router";

import { closeDropdown, Dropdown } from "@/components/dropdown";
import item from "@/components/menu-item.module.css";
import { useSession } from "@/features/session/api/get-session";
import { useSignOut } from "@/features/session/api/sign-out";
import { LookAsDialog } from "@/features/session/components/look-as-dialog";
import { describeError } from "@/lib/api-error";
import { useCurrentUser, useMay } from "@/lib/current-user";
import { adminUrl, apiRootUrl } from "@/lib/env";
import { paths } from "@/lib/paths";
import { showToast } from "@/lib/toast";
import classes from "./user-menu.module.css";

export function UserMenu() {
  const { username, role, viewer } = useCurrentUser();
  const mayLook = useMay("administer");
  const [isLooking, setLooking] = useState(false);
  const mayUseAdmin = useMay("operate");
  const { data: session } = useSession();
  const signOut = useSignOut();
  return (
    <>
      <Dropdown
        label="Account"
        align="end"
        trigger={(opens) => (
          <ActionIcon {...opens} variant="default" size={32} aria-label={`Account: ${username}`}>
            <IconUser size={17} aria-hidden />
          </ActionIcon>
        )}
      >
        <div className={classes.who}>
          <span className={classes.name}>{username}</span>
          <span className={classes.role}>{role}</span>
        </div>
        {!viewer && (
          <Link className={item.item} to={paths.settings} onClick={(event) => closeDropdown(event.currentTarget)}>
            <IconSettings size={17} aria-hidden /> Settings
          </Link>
        )}
        {mayUseAdmin && (
          <a className={item.item} href={adminUrl}>
            <IconDatabaseCog size={17} aria-hidden /> Django admin
          </a>
        )}
        <a className={item.item} href={apiRootUrl}>
          <IconApi size={17} aria-hidden /> REST API
        </a>
        {mayLook && (
          <button
            type="button"
            className={item.item}
            onClick={(event) => {
              closeDropdown(event.currentTarget);
              setLooking(true);
            }}
          >
            <IconEye size={17} aria-hidden /> Look as ...
          </button>
        )}
        <button
          type="button"
          className={item.item}
          onClick={() => signOut.mutate(undefined, { onError: (error) => showToast("bad", describeError(error)) })}
        >
          <IconLogout size={17} aria-hidden /> Sign out
        </button>
        <div className={classes.version}>RestJobScheduler {session?.version}</div>
      </Dropdown>
      {isLooking && <LookAsDialog onClose={() => setLooking(false)} />}
    </>
  );
}
