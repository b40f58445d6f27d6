import { describe, expect, it } from "vitest";

import { describeAction, getObjectPath, listChanges } from "./audit-text";

describe("what an audit entry tells", () => {
  it.each([
    ["job:0190", "/jobs/0190"],
    ["template:otp_send_job", "/templates/otp_send_job"],
    ["series:0a", "/jobs?series=0a"],
    ["user:ann:b", "/access/users"],
    ["session:all", undefined],
    ["constructor:x", undefined],
  ])("leads from %s to its page", (object, path) => {
    expect(getObjectPath(object)).toBe(path);
  });

  it("has its action in words", () => {
    expect(describeAction("template_updated")).toBe("Template updated");
  });

  it("lists each changed value with what it was and what it is", () => {
    expect(listChanges({ before: { role: "viewer", groups: [] }, after: { role: "editor", active: null } })).toEqual([
      { path: "active", after: null },
      { path: "groups", before: [] },
      { path: "role", before: "viewer", after: "editor" },
    ]);
    expect(listChanges({ before: null, after: null })).toEqual([]);
  });
});
