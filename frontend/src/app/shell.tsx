import { IconListDetails, IconRepeat, IconShieldLock, IconTemplate } from "@tabler/icons-react";
import { Suspense } from "react";
import { NavLink, Outlet, useLocation } from "react-router";

import { CrashBoundary } from "@/components/crash-boundary";
import { PageSkeleton } from "@/components/page-skeleton";
import { Toasts } from "@/components/toasts";
import { useMay } from "@/lib/current-user";
import { paths } from "@/lib/paths";
import { HealthBanner } from "./health-banner";
import classes from "./shell.module.css";
import { TopBar } from "./top-bar";
import { useHealthPolling } from "./use-health";
import { ViewBanner } from "./view-banner";

/** The frame around all pages: the top bar, and the navigation at the left (at the bottom on small screens). */
export function Shell() {
  const { pathname } = useLocation();
  const mayAdminister = useMay("administer");
  useHealthPolling();
  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#page">
        Skip to the page
      </a>
      <TopBar />
      <nav className={classes.nav} aria-label="Pages">
        <NavLink to={paths.jobs} className={classes.link} title="Jobs">
          <IconListDetails size={19} aria-hidden /> <span>Jobs</span>
        </NavLink>
        <NavLink to={paths.series} className={classes.link} title="Series">
          <IconRepeat size={19} aria-hidden /> <span>Series</span>
        </NavLink>
        <NavLink to={paths.templates} className={classes.link} title="Templates">
          <IconTemplate size={19} aria-hidden /> <span>Templates</span>
        </NavLink>
        {mayAdminister && (
          <NavLink to={paths.access} className={classes.link} title="Access">
            <IconShieldLock size={19} aria-hidden /> <span>Access</span>
          </NavLink>
        )}
      </nav>
      <div className={classes.banners}>
        <ViewBanner />
        <HealthBanner />
      </div>
      <main id="page" tabIndex={-1} className={classes.page}>
        {/* The key resets the boundary after a crash when the user opens another page. */}
        <CrashBoundary key={pathname}>
          <Suspense fallback={<PageSkeleton />}>
            <Outlet />
          </Suspense>
        </CrashBoundary>
      </main>
      <Toasts />
    </div>
  );
}
