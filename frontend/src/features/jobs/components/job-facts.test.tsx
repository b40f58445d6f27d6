import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { aJob } from "@test/factories";
import { draw } from "@test/render";
import { JobTemplate } from "./job-facts";

describe("the template of a job", () => {
  it("leads to what differs when the template has a newer version", () => {
    draw(<JobTemplate job={aJob({ template_version: 3 })} newest={5} />);
    expect(screen.getByText("version 3")).toBeVisible();
    const link = screen.getByRole("link", { name: "(changes up to version 5)" });
    expect(link).toHaveAttribute("href", "/templates/otp_send_job?from=3&to=5#changes");
  });

  it.each([3, undefined])("says nothing of changes while none is known (%s)", (newest) => {
    draw(<JobTemplate job={aJob({ template_version: 3 })} newest={newest} />);
    expect(screen.queryByText(/changes/)).toBeNull();
  });
});
