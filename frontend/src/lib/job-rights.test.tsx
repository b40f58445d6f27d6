import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { aTemplate, someMeta, withRights } from "@test/factories";
import { fakeApi } from "@test/fake-api";
import { draw } from "@test/render";
import { getRights, useMayStoreTemplates, useRightsOn } from "./job-rights";

function Rights({ of }: { of: string }) {
  const { stop, create } = useRightsOn(of);
  const store = useMayStoreTemplates();
  return <p>{[stop && "stop", create && "create", store && "store"].filter(Boolean).join(" ") || "nothing"}</p>;
}

describe("rights on a job type", () => {
  it("come with its template", () => {
    draw(<Rights of="otp_send_job" />, { role: "viewer", templates: withRights("see", "run") });
    expect(screen.getByText("create")).toBeVisible();
  });

  it("are none on a job type that nobody may see", async () => {
    const log = fakeApi({});
    draw(<Rights of="mail_job" />, { role: "viewer" });
    await waitFor(() => expect(log.map(({ path }) => path)).toEqual(["templates/mail_job/"]));
    expect(screen.getByText("nothing")).toBeVisible();
  });

  it("are those of the archived template, which no list has", async () => {
    fakeApi({ "GET templates/mail_job/": () => aTemplate({ meta: someMeta({ archived: true, rights: ["see", "stop"] }) }) });
    draw(<Rights of="mail_job" />, { role: "viewer" });
    expect(await screen.findByText("stop")).toBeVisible();
  });

  it("let one make jobs of a system template only with the right to edit it", () => {
    const system = aTemplate({ userTriggered: false });
    expect(getRights(system)).toMatchObject({ run: true, create: false });
    expect(getRights({ ...system, meta: someMeta({ rights: ["see", "run", "edit"] }) })).toMatchObject({ create: true });
  });

  it.each([
    ["an editor, also without templates", "editor", []],
    ["a viewer with a grant", "viewer", withRights("see", "edit")],
  ] as const)("let %s store templates", (_who, role, templates) => {
    draw(<Rights of="" />, { role, templates: [...templates] });
    expect(screen.getByText("store")).toBeVisible();
  });
});
