import { screen } from "@testing-library/react";
import { expect, it } from "vitest";

import { anEndedJob } from "@test/factories";
import { draw } from "@test/render";
import { JobOutcome } from "./job-outcome";

it("says that a result was cut, and how large it was", () => {
  const result = { truncated: true, bytes: 300_000, preview: "[1" };
  draw(<JobOutcome job={anEndedJob({ state: "succeeded", result, result_truncated: { bytes: 300_000 } })} />);
  expect(screen.getByText("300,000 bytes: only the beginning was kept")).toBeVisible();
});

it("says nothing of a result that is whole", () => {
  draw(<JobOutcome job={anEndedJob({ state: "succeeded", result: { sent: true } })} />);
  expect(screen.queryByText(/only the beginning/)).toBeNull();
});
