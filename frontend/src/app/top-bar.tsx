import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { Link } from "react-router";

import { useMaySomewhere } from "@/lib/job-rights";
import { paths } from "@/lib/paths";
import { ConnectionChip } from "./connection-chip";
import { Logo } from "./logo";
import { ThemeSwitch } from "./theme-switch";
import classes from "./top-bar.module.css";
import { UserMenu } from "./user-menu";

export function TopBar() {
  const mayCreate = useMaySomewhere("create");
  return (
    <header className={classes.bar}>
      <Link to={paths.jobs} className={classes.home} aria-label="RestJobScheduler, jobs">
        <Logo />
        <span className={classes.name}>RestJobScheduler</span>
      </Link>
      <ConnectionChip />
      <div className={classes.right}>
        {mayCreate && (
          <Button component={Link} to={paths.createJob()} size="compact-sm" h={32} leftSection={<IconPlus size={16} aria-hidden />}>
            Create<span className={classes.wide}>&nbsp;job</span>
          </Button>
        )}
        <ThemeSwitch />
        <UserMenu />
      </div>
    </header>
  );
}
