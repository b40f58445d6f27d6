import { screen } from "@testing-library/react";
import type { ReactNode } from "react";
import { Route, Routes } from "react-router";
import { describe, expect, it } from "vitest";

import type { Template } from "@/types/api";
import { aJob, aTemplate, someMeta, withRights } from "@test/factories";
import { fakeApi } from "@test/fake-api";
import { draw } from "@test/render";
import { CreateJobRoute } from "./create-job";
import { EditTemplateRoute, NewTemplateRoute } from "./edit-template";

const FORM = { schema: { type: "object", properties: {} }, ui_schema: {}, initial: {} };

function drawAt(page: ReactNode, path: string, address: string, templates: Template[]): void {
  const routes = templates.map((template) => [`GET templates/${template.type}/`, () => template] as const);
  fakeApi({
    ...Object.fromEntries(routes),
    "GET templates/otp_send_job/form/": () => FORM,
    "GET jobs/old/": () => aJob({ job_id: "old", hidden: true, payload: null }),
  });
  draw(
    <Routes>
      <Route path={path} element={page} />
    </Routes>,
    { role: "viewer", templates, address },
  );
}

describe("a page that one may not use", () => {
  it.each([
    ["to run a template", withRights("see", "read"), "", /You need the right to run otp_send_job: ask an admin/],
    ["to run a system template", [aTemplate({ userTriggered: false })], "", /runs by itself. You need the right to edit otp_send_job/],
    ["to run a hidden job again", withRights("see", "run"), "&rerun_of=old", /You need the right to read the jobs of otp_send_job/],
  ])("says which right is missing %s", async (_what, templates, more, words) => {
    drawAt(<CreateJobRoute />, "/jobs/new", `/jobs/new?template=otp_send_job${more}`, templates);
    expect(await screen.findByText(words)).toBeVisible();
    expect(screen.getByRole("link", { name: "Show the template" })).toHaveAttribute("href", "/templates/otp_send_job");
    expect(screen.queryByRole("button", { name: /Create job|Re-run/ })).toBeNull();
  });

  it("says which right is missing to edit a template", async () => {
    drawAt(<EditTemplateRoute />, "/templates/:type/edit", "/templates/otp_send_job/edit", withRights("see", "read", "run"));
    expect(await screen.findByText(/You need the right to edit otp_send_job: ask an admin/)).toBeVisible();
    expect(screen.queryByLabelText("Document")).toBeNull();
  });

  it("says who makes templates", () => {
    drawAt(<NewTemplateRoute />, "/new-template", "/new-template", withRights("see"));
    expect(screen.getByText(/Editors make them/)).toBeVisible();
  });

  it("is a page that one may use with a grant", async () => {
    drawAt(<CreateJobRoute />, "/jobs/new", "/jobs/new?template=otp_send_job", [aTemplate({ meta: someMeta({ rights: ["see", "run"] }) })]);
    expect(await screen.findByRole("button", { name: "Create job" })).toBeVisible();
  });
});
