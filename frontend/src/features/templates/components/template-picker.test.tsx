import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";

import type { Template } from "@/types/api";
import { aTemplate, EVERY_RIGHT, someMeta, withRights } from "@test/factories";
import { draw } from "@test/render";
import { TemplatePicker } from "./template-picker";

function drawPicker(...templates: Template[]): void {
  draw(<TemplatePicker />, { role: "viewer", templates });
}

const MAIL = aTemplate({ type: "mail_job", label: "Mail", meta: someMeta({ rights: ["see", "read"] }) });
const CLEANING = aTemplate({ type: "cleaning_job", label: "Cleaning", userTriggered: false });

describe("the choice of a template", () => {
  it("offers those that one may run", () => {
    drawPicker(...withRights("see", "run"), MAIL);
    expect(screen.getByRole("link", { name: /Send one-time password/ })).toHaveAttribute("href", "/jobs/new?template=otp_send_job");
    expect(screen.queryByRole("link", { name: /Mail/ })).toBeNull();
  });

  it("offers system templates to those who may edit them, aside", async () => {
    drawPicker(aTemplate(), { ...CLEANING, meta: someMeta({ rights: EVERY_RIGHT }) });
    await userEvent.click(screen.getByText("1 system template, which runs by itself"));
    expect(within(screen.getByRole("list", { name: "System templates" })).getByRole("link", { name: /Cleaning/ })).toBeVisible();
  });

  it("keeps system templates from those who may only run them", () => {
    drawPicker(aTemplate(), CLEANING);
    expect(screen.queryByText(/system template/)).toBeNull();
  });

  it("says whom to ask where one may run none", () => {
    drawPicker(MAIL);
    expect(screen.getByText(/You may run none of them: ask an admin for a grant/)).toBeVisible();
  });

  it("says how to begin where there are none", () => {
    draw(<TemplatePicker />, { role: "editor", templates: [] });
    expect(screen.getByText(/Import a template file under/)).toBeVisible();
  });
});
