import { lazy } from "react";
import { createRoutesFromElements, matchRoutes, Navigate, Route, useRoutes } from "react-router";

import { JobsRoute } from "./routes/jobs";
import { NotFoundRoute } from "./routes/not-found";
import { NotWhileLooking } from "./routes/not-while-looking";
import { Shell } from "./shell";

// The jobs page is in the first bundle. The other pages, above all the form with its validator, are loaded when needed.
const JobRoute = lazy(() => import("./routes/job").then((module) => ({ default: module.JobRoute })));
const CreateJobRoute = lazy(() => import("./routes/create-job").then((module) => ({ default: module.CreateJobRoute })));
const SeriesRoute = lazy(() => import("./routes/series").then((module) => ({ default: module.SeriesRoute })));
const TemplatesRoute = lazy(() => import("./routes/templates").then((module) => ({ default: module.TemplatesRoute })));
const TemplateRoute = lazy(() => import("./routes/template").then((module) => ({ default: module.TemplateRoute })));
const SettingsRoute = lazy(() => import("./routes/settings").then((module) => ({ default: module.SettingsRoute })));
const AccessRoute = lazy(() => import("./routes/access").then((module) => ({ default: module.AccessRoute })));
const UsersRoute = lazy(() => import("./routes/access").then((module) => ({ default: module.UsersRoute })));
const GroupsRoute = lazy(() => import("./routes/access").then((module) => ({ default: module.GroupsRoute })));
const GrantsRoute = lazy(() => import("./routes/access").then((module) => ({ default: module.GrantsRoute })));
const SecretsRoute = lazy(() => import("./routes/access").then((module) => ({ default: module.SecretsRoute })));
const AuditRoute = lazy(() => import("./routes/access").then((module) => ({ default: module.AuditRoute })));
const EditTemplateRoute = lazy(() => import("./routes/edit-template").then((module) => ({ default: module.EditTemplateRoute })));
const NewTemplateRoute = lazy(() => import("./routes/edit-template").then((module) => ({ default: module.NewTemplateRoute })));

// The server has the same list of addresses (scheduler_project/ui.py) and responds with 404 to all others.
const routes = createRoutesFromElements(
      <Route element={<Shell />}>
        <Route index element={<Navigate to="/jobs" replace />} />
        <Route path="jobs" element={<JobsRoute />} />
        <Route path="jobs/:jobId" element={<JobRoute />} />
        <Route path="series" element={<SeriesRoute />} />
        <Route path="templates" element={<TemplatesRoute />} />
        <Route path="templates/:type" element={<TemplateRoute />} />
        <Route element={<NotWhileLooking />}>
          <Route path="jobs/new" element={<CreateJobRoute />} />
          <Route path="templates/:type/edit" element={<EditTemplateRoute />} />
          <Route path="new-template" element={<NewTemplateRoute />} />
          <Route path="settings" element={<SettingsRoute />} />
          <Route path="access" element={<Navigate to="/access/users" replace />} />
          <Route element={<AccessRoute />}>
            <Route path="access/users" element={<UsersRoute />} />
            <Route path="access/groups" element={<GroupsRoute />} />
            <Route path="access/grants" element={<GrantsRoute />} />
            <Route path="access/secrets" element={<SecretsRoute />} />
            <Route path="access/audit" element={<AuditRoute />} />
          </Route>
        </Route>
        <Route path="*" element={<NotFoundRoute />} />
      </Route>,
);

export function Router() {
  return useRoutes(routes);
}

/** Returns whether a page exists at this address. It does not check the user's rights. */
export function isKnownAddress(pathname: string): boolean {
  return matchRoutes(routes, pathname)?.at(-1)?.route.path !== "*";
}
