import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";

import type { TemplateForm } from "@/types/api";
import { aJob, aTemplate } from "@test/factories";
import { fakeApi, makeRefusal } from "@test/fake-api";
import { draw } from "@test/render";
import { NewJobForm } from "./new-job-form";

const FORM: TemplateForm = {
  schema: {
    type: "object",
    properties: {
      user_id: { title: "User Id", type: "integer", minimum: 0 },
      job_type: { title: "Job type", type: "string", readOnly: true },
    },
    required: ["user_id"],
    additionalProperties: false,
  },
  ui_schema: { "ui:order": ["user_id", "job_type"], job_type: { "ui:widget": "hidden" } },
  initial: { user_id: 0, job_type: "" },
};

function drawForm() {
  const created = vi.fn();
  draw(<NewJobForm template={aTemplate()} form={FORM} onCreated={created} />);
  return { created, userId: screen.getByLabelText("User Id"), submit: screen.getByRole("button", { name: "Create job" }) };
}

describe("the new job form", () => {
  it("says of a re-run what is changed, also of fields named as what every object inherits", async () => {
    const form: TemplateForm = { schema: { type: "object", properties: { constructor: { title: "Building firm", type: "string" } } }, ui_schema: {}, initial: {} };
    draw(<NewJobForm template={aTemplate()} form={form} rerunOf={aJob({ payload: {} })} onCreated={vi.fn()} />);
    expect(screen.getByText(/Nothing is changed yet/)).toBeVisible();
    await userEvent.type(screen.getByLabelText("Building firm"), "x");
    expect(screen.getByText(/Changed: Building firm/)).toBeVisible();
  });

  it("creates one job however often it is sent", async () => {
    const job = aJob();
    const log = fakeApi({ "POST jobs/": () => job });
    const { created, submit } = drawForm();
    await userEvent.dblClick(submit);
    expect(log).toHaveLength(1);
    expect(log[0]?.body).toEqual({ job_type: "otp_send_job", payload: { user_id: 0 } });
    expect(created).toHaveBeenCalledExactlyOnceWith(job);
  });

  it("sends delay and priority only if they are given", async () => {
    const log = fakeApi({ "POST jobs/": () => aJob() });
    const { submit } = drawForm();
    await userEvent.type(screen.getByLabelText("Start in (seconds)"), "90");
    await userEvent.type(screen.getByLabelText("Priority"), "5");
    await userEvent.click(submit);
    expect(log[0]?.body).toMatchObject({ start_in_seconds: 90, priority: 5 });
  });

  it("shows the server's refusal at the field and in a summary that has the focus", async () => {
    const problem = { code: "unknown_user", detail: "There is no user 0", attr: "payload.user_id" };
    fakeApi({ "POST jobs/": () => makeRefusal(400, problem) });
    const { submit, userId } = drawForm();
    await userEvent.click(submit);
    const summary = await screen.findByRole("alert");
    expect(summary).toHaveFocus();
    expect(summary).toHaveTextContent("There is no user 0");
    expect(userId).toHaveAccessibleDescription("There is no user 0 0 or more");
    await userEvent.click(screen.getByRole("link", { name: "User Id: There is no user 0" }));
    expect(userId).toHaveFocus();
  });

  it("drops the server's refusal of a field when the field is changed", async () => {
    fakeApi({ "POST jobs/": () => makeRefusal(400, { code: "unknown_user", detail: "There is no user 0", attr: "payload.user_id" }) });
    const { submit, userId } = drawForm();
    await userEvent.click(submit);
    await screen.findByRole("alert");
    await userEvent.type(userId, "1");
    expect(screen.queryByText("There is no user 0")).toBeNull();
  });

  it("keeps its Idempotency-Key for another try and takes a new one for other values", async () => {
    const log = fakeApi({ "POST jobs/": () => makeRefusal(503, { code: "database_unavailable", detail: "Not now." }) });
    const { submit, userId } = drawForm();
    await userEvent.click(submit);
    await screen.findByRole("alert");
    await userEvent.click(submit);
    await userEvent.type(userId, "7");
    await userEvent.click(submit);
    const keys = log.map((sent) => sent.headers.get("Idempotency-Key"));
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it("sends nothing while a field is wrong, and can be sent all the same", async () => {
    const log = fakeApi({});
    const { submit, userId } = drawForm();
    await userEvent.clear(userId);
    await userEvent.click(submit);
    expect(log).toHaveLength(0);
    expect(submit).toBeEnabled();
    expect(userId).toHaveAccessibleDescription("User Id is required 0 or more");
  });

  it("keeps its values for another job, which is another one even with the same values", async () => {
    const log = fakeApi({ "POST jobs/": () => aJob() });
    const { created, submit, userId } = drawForm();
    await userEvent.clear(userId);
    await userEvent.type(userId, "7");
    await userEvent.click(screen.getByLabelText("Create another"));
    await userEvent.dblClick(submit);
    vi.spyOn(performance, "now").mockReturnValue(performance.now() + 5_000);
    await userEvent.click(submit);
    expect(log.map((sent) => sent.body)).toEqual(Array(2).fill({ job_type: "otp_send_job", payload: { user_id: 7 } }));
    expect(log[0]?.headers.get("Idempotency-Key")).not.toBe(log[1]?.headers.get("Idempotency-Key"));
    expect(created).not.toHaveBeenCalled();
  });

  it("sends once for two clicks in the same moment, and again after a refusal", async () => {
    const log = fakeApi({ "POST jobs/": () => makeRefusal(503, { code: "database_unavailable", detail: "Not now." }) });
    const { submit } = drawForm();
    act(() => {
      submit.click();
      submit.click();
    });
    await screen.findByRole("alert");
    expect(log).toHaveLength(1);
    await userEvent.click(submit);
    await waitFor(() => expect(log).toHaveLength(2));
  });

  it("runs a job again with what was changed, and says what that is", async () => {
    const old = aJob({ payload: { user_id: 7 } });
    const log = fakeApi({ [`POST jobs/${old.job_id}/rerun/`]: () => aJob() });
    draw(<NewJobForm template={aTemplate()} form={FORM} start={{ user_id: 7 }} rerunOf={old} onCreated={vi.fn()} />);
    expect(screen.getByText("Nothing is changed yet.", { exact: false })).toBeVisible();
    await userEvent.type(screen.getByLabelText("User Id"), "8");
    expect(screen.getByText("Changed: User Id.", { exact: false })).toBeVisible();
    expect(screen.queryByLabelText("Priority")).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Re-run" }));
    expect(log[0]?.body).toEqual({ payload: { user_id: 78 } });
    expect(log[0]?.headers.get("Idempotency-Key")).toMatch(/^[0-9a-f]{32}$/);
  });
});
