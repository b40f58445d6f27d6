import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";

import { fakeApi } from "@test/fake-api";
import { draw } from "@test/render";
import { RightHolders } from "./right-holders";

const ANN = { name: "ann", role: "viewer", active: true, by: ["grant 3 to group ops"] };
const LEFT = { name: "left", role: "admin", active: false, by: ["role admin"] };

describe("who may do what with a job type", () => {
  it("says who may run it and by what, without those who are switched off", async () => {
    const log = fakeApi({ "GET grants/who/": () => ({ next: null, results: [ANN, LEFT] }) });
    draw(<RightHolders type="otp_send_job" />, { role: "admin" });
    expect(await screen.findByText("ann")).toBeVisible();
    expect(screen.getByText("grant 3 to group ops")).toBeVisible();
    expect(screen.queryByText("left")).toBeNull();
    expect(log[0]?.query.get("job_type")).toBe("otp_send_job");
    expect(log[0]?.query.get("right")).toBe("run");
  });

  it("answers for each right", async () => {
    const log = fakeApi({ "GET grants/who/": () => ({ next: null, results: [] }) });
    draw(<RightHolders type="otp_send_job" />, { role: "admin" });
    await userEvent.selectOptions(await screen.findByLabelText("Who may do what"), "edit");
    expect(await screen.findByText("Nobody.")).toBeVisible();
    expect(log.at(-1)?.query.get("right")).toBe("edit");
  });
});
