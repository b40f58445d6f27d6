import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";

import { aJob, anEndedJob, aRunningJob } from "@test/factories";
import { fakeApi, makeRefusal } from "@test/fake-api";
import { draw } from "@test/render";
import { TerminateDialog } from "./terminate-dialog";

describe("the terminate dialog", () => {
  it("names the job and says what will happen", () => {
    const job = aRunningJob();
    draw(<TerminateDialog job={job} onClose={vi.fn()} />);
    expect(screen.getByRole("dialog", { name: "Terminate otp_send_job?" })).toHaveTextContent(job.job_id);
    expect(screen.getByText(/asked to stop/)).toBeVisible();
  });

  it("terminates once however often it is clicked, and closes", async () => {
    const job = aJob();
    const closed = vi.fn();
    const log = fakeApi({ [`POST jobs/${job.job_id}/terminate/`]: () => anEndedJob({ ...job, state: "terminated", version: 2 }) });
    draw(<TerminateDialog job={job} onClose={closed} />);
    await userEvent.dblClick(screen.getByRole("button", { name: "Terminate job" }));
    expect(log).toHaveLength(1);
    expect(closed).toHaveBeenCalledOnce();
  });

  it("stays open with a way to try again when the server fails", async () => {
    const job = aRunningJob();
    const closed = vi.fn();
    fakeApi({ [`POST jobs/${job.job_id}/terminate/`]: () => makeRefusal(500, { code: "error", detail: "Something broke." }) });
    draw(<TerminateDialog job={job} onClose={closed} />);
    await userEvent.click(screen.getByRole("button", { name: "Terminate job" }));
    expect(await screen.findByText("Something broke.")).toBeVisible();
    expect(screen.getByRole("button", { name: "Retry" })).toBeVisible();
    expect(closed).not.toHaveBeenCalled();
  });

  it("offers nothing to do once the job has ended by itself", () => {
    draw(<TerminateDialog job={anEndedJob()} onClose={vi.fn()} />);
    expect(screen.getByText("It has ended in the meantime.")).toBeVisible();
    expect(screen.queryByRole("button", { name: "Terminate job" })).toBeNull();
  });
});
