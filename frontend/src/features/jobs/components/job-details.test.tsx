import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import type { Job, Template } from "@/types/api";
import { aJob, anEndedJob, aRunningJob, aTemplate, EVERY_RIGHT, someMeta, withRights } from "@test/factories";
import { fakeApi } from "@test/fake-api";
import { draw } from "@test/render";
import { JobDetails } from "./job-details";

const HIDDEN = { hidden: true, payload: null, result: null, error: null, progress_message: null };

function drawJob(job: Job, templates: Template[] = [aTemplate()]) {
  const at = `jobs/${job.job_id}`;
  const log = fakeApi({ [`GET ${at}/log/`]: () => ({ lines: [] }), [`GET ${at}/events/`]: () => ({ results: [], next: null }) });
  draw(<JobDetails job={job} newestVersion={1} />, { templates });
  return log;
}

function getButtons(): string[] {
  const names = ["Terminate", "Re-run"].filter((name) => screen.queryByRole("button", { name }));
  return screen.queryByRole("link", { name: "Edit and re-run" }) ? [...names, "Edit and re-run"] : names;
}

describe("the page of a job", () => {
  it("offers what one may do with its job type", () => {
    drawJob(aRunningJob());
    expect(getButtons()).toEqual(["Terminate", "Re-run", "Edit and re-run"]);
  });

  it("offers only to stop it where one may not run its job type", () => {
    drawJob(aJob(), withRights("see", "read", "stop"));
    expect(getButtons()).toEqual(["Terminate"]);
  });

  it("offers no re-run of a system job to those who may not edit its template", () => {
    drawJob(anEndedJob(), [aTemplate({ userTriggered: false })]);
    expect(getButtons()).toEqual([]);
  });

  it("offers a re-run of a system job to those who may", () => {
    drawJob(anEndedJob(), [aTemplate({ userTriggered: false, meta: someMeta({ rights: EVERY_RIGHT }) })]);
    expect(getButtons()).toEqual(["Re-run", "Edit and re-run"]);
  });

  it("shows of a hidden one that it ran, and says whom to ask for the rest", async () => {
    const log = drawJob(anEndedJob(HIDDEN), withRights("see", "run"));
    expect(screen.getByText(/You need the right to read the jobs of otp_send_job: ask an admin/)).toBeVisible();
    expect(screen.getByRole("heading", { name: "Details" })).toBeVisible();
    expect(await screen.findByRole("heading", { name: "History" })).toBeVisible();
    for (const name of ["Payload", "Result", "Log"]) expect(screen.queryByRole("heading", { name })).toBeNull();
    expect(getButtons()).toEqual([]);
    expect(log.some(({ path }) => path.endsWith("log/"))).toBe(false);
  });
});
