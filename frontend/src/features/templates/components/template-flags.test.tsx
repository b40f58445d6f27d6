import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { someMeta } from "@test/factories";
import { draw } from "@test/render";
import type { Template } from "@/types/api";
import { TemplateFlags } from "./template-flags";

function template(meta: Partial<Template["meta"]>): Template {
  return { type: "mail_job", startInSeconds: 0, userTriggered: true, meta: someMeta(meta) };
}

function withProblem(code: string, detail: string): Template {
  return template({ handler: false, handler_problem: detail, warnings: [{ code, detail, attr: "type" }] });
}

describe("the flags of a template", () => {
  it("shows that there is no handler, and where it should be", () => {
    draw(<TemplateFlags template={withProblem("HANDLER_NOT_FOUND", "There is no handler: add handlers/mail_job.py.")} />);
    expect(screen.getByText("No handler")).toHaveAttribute("title", "There is no handler: add handlers/mail_job.py.");
  });

  it("shows that the handler is broken, and why", () => {
    draw(<TemplateFlags template={withProblem("HANDLER_BROKEN", "mail_job.py cannot be imported")} />);
    expect(screen.getByText("Broken handler")).toHaveAttribute("title", "mail_job.py cannot be imported");
  });

  it("is silent about a handler that can run", () => {
    draw(<TemplateFlags template={template({})} />);
    expect(screen.queryByText(/handler/i)).toBeNull();
  });
});
