import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { act } from "react";
import { describe, expect, it } from "vitest";

import { patchPages, type JobPages } from "@/lib/job-cache";
import { queryKeys } from "@/lib/query-keys";
import type { ListedJob, Template } from "@/types/api";
import { aJob, anEndedJob, aRunningJob, aTemplate, someMeta, toListedJob, withRights } from "@test/factories";
import { fakeApi } from "@test/fake-api";
import { draw, testClient } from "@test/render";
import { useJobFilters } from "../use-job-filters";
import { JobFilters } from "./job-filters";
import { JobList } from "./job-list";

// In jsdom every element has height 0, so the virtualised table would render almost no rows.
Object.defineProperty(HTMLElement.prototype, "offsetHeight", { value: 58 });

const ALL = { state: [], job_type: [], search: "", series: "" };

function Page() {
  const state = useJobFilters();
  return (
    <>
      <JobFilters state={state} jobTypes={["otp_send_job"]} />
      <JobList state={state} empty="No jobs yet" noMatch="No job matches" />
    </>
  );
}

function drawList(rows: ListedJob[], { templates = [aTemplate()], address = "/jobs" }: { templates?: Template[]; address?: string } = {}) {
  const client = testClient();
  const log = fakeApi({
    "GET jobs/": () => ({ results: rows, next: null, previous: null }),
    "GET jobs/counts/": () => ({ counts: { running: rows.length }, capped: false }),
  });
  draw(<Page />, { client, templates, address });
  const arrive = (job: ListedJob): void =>
    act(() => void client.setQueryData<JobPages>(queryKeys.jobs.list(ALL), (old) => old && patchPages(old, ALL, new Map([[job.job_id, job]]))));
  return { log, arrive };
}

describe("the jobs list", () => {
  it("says when there are no jobs", async () => {
    drawList([]);
    expect(await screen.findByText("No jobs yet")).toBeVisible();
  });

  it("says when the filters match none", async () => {
    drawList([], { address: "/jobs?state=failed" });
    expect(await screen.findByText("No job matches")).toBeVisible();
  });

  it("requests the jobs that the address filters", async () => {
    const { log } = drawList([], { address: "/jobs?state=failed&state=running&job_type=otp_send_job&search=ann" });
    await screen.findByText("No job matches");
    const sent = log.find((one) => one.path === "jobs/");
    expect(sent?.query.getAll("state")).toEqual(["failed", "running"]);
    expect(sent?.query.get("job_type")).toBe("otp_send_job");
    expect(sent?.query.get("search")).toBe("ann");
  });

  it("narrows to the jobs of one series until that is left", async () => {
    const { log } = drawList([], { address: "/jobs?series=0a1b" });
    await screen.findByText("No job matches");
    expect(log.map((one) => one.query.get("series"))).toEqual(["0a1b", "0a1b"]);
    await userEvent.click(screen.getByRole("button", { name: /^One series/ }));
    await waitFor(() => expect(log.at(-1)?.query.get("series")).toBeNull());
    expect(screen.queryByRole("button", { name: /^One series/ })).toBeNull();
  });

  it("shows state, progress and what was said last, with the hooks that tests select by", async () => {
    const job = toListedJob(aRunningJob({ completion_percentage: 40, progress_message: "code generated", version: 5 }));
    drawList([job]);
    const row = (await screen.findByRole("link", { name: "otp_send_job" })).closest("tr") as HTMLElement;
    expect(row.dataset).toMatchObject({ jobId: job.job_id, state: "running", version: "5" });
    expect(within(row).getByText("Running")).toBeVisible();
    expect(within(row).getByRole("progressbar")).toHaveAttribute("aria-valuenow", "40");
    expect(within(row).getByText("code generated")).toBeVisible();
  });

  it("offers Terminate for jobs that live, to those who may", async () => {
    drawList([toListedJob(aRunningJob()), toListedJob(anEndedJob())]);
    expect(await screen.findAllByRole("button", { name: /^Terminate otp_send_job/ })).toHaveLength(1);
  });

  it("offers Terminate only for the job types that one may stop", async () => {
    const templates = [...withRights("see", "read", "run"), aTemplate({ type: "mail_job", meta: someMeta({ rights: ["see", "stop"] }) })];
    drawList([toListedJob(aRunningJob()), toListedJob(aRunningJob({ job_type: "mail_job" }))], { templates });
    expect(await screen.findByRole("button", { name: /^Terminate mail_job/ })).toBeVisible();
    expect(screen.queryByRole("button", { name: /^Terminate otp/ })).toBeNull();
  });

  it("says that a job is stopping and offers no second Terminate", async () => {
    drawList([toListedJob(aRunningJob({ terminate_requested_at: "2026-01-31T12:00:03Z" }))]);
    expect(await screen.findByText("Stopping")).toBeVisible();
    expect(screen.queryByRole("button", { name: /^Terminate otp/ })).toBeNull();
  });

  it("shows a new job at once at the top, and behind a pill while something is open", async () => {
    const first = toListedJob(aRunningJob());
    const { arrive } = drawList([first]);
    await screen.findByRole("link", { name: "otp_send_job" });
    arrive(toListedJob(aJob({ job_type: "second_job" })));
    expect(await screen.findByRole("link", { name: "second_job" })).toBeVisible();

    await userEvent.click(screen.getByRole("button", { name: `Terminate otp_send_job ${first.job_id}` }));
    arrive(toListedJob(aJob({ job_type: "third_job" })));
    const pill = await screen.findByRole("button", { name: "1 new job" });
    expect(screen.queryByRole("link", { name: "third_job" })).toBeNull();
    await userEvent.click(pill);
    expect(await screen.findByRole("link", { name: "third_job" })).toBeVisible();
  });

  it("narrows by state when a count is pressed", async () => {
    const { log } = drawList([toListedJob(aRunningJob())]);
    await userEvent.click(await screen.findByRole("button", { name: /^Running/ }));
    await waitFor(() => expect(log.at(-1)?.query.getAll("state")).toEqual(["running"]));
    expect(screen.getByRole("button", { name: /^Running/ })).toHaveAttribute("aria-pressed", "true");
  });
});
