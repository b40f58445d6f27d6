import { describe, expect, it } from "vitest";

import type { Template } from "@/types/api";
import { aTemplate } from "@test/factories";
import { describeFields } from "./field-text";
import { describeTiming, getTemplateLabel } from "./template-text";

describe("timingWords", () => {
  it.each<[Partial<Template>, string]>([
    [{ startInSeconds: 0 }, "at once"],
    [{ startInSeconds: 90 }, "1 m 30 s after it is created"],
    [{ userTriggered: false, rescheduleAfterTermination: true, startInSeconds: 10 }, "again 10 s after each end"],
    [{ userTriggered: false, rescheduleAfterTermination: true, crontab: "0 3 * * *" }, "by crontab 0 3 * * *"],
    [{ userTriggered: false }, "once, when enabled"],
  ])("says of %o: %s", (changes, words) => {
    expect(describeTiming(aTemplate(changes))).toBe(words);
  });
});

it("makes a label of the type where the author gave none", () => {
  expect(getTemplateLabel({ type: "otp_send_job" })).toBe("Otp send job");
});

describe("fieldsOf", () => {
  it("describes a field's rules whichever way they were written", () => {
    const payload_schema = {
      profiles: { type: "uint", range: [0, 1000] },
      user_id: { type: "uint", minValue: 0, maxValue: null, required: true, label: "User Id" },
      filter: { type: "options", options: ["likes", { value: "posts", label: "Posts" }] },
      job_type: null,
    };
    const fields = describeFields(aTemplate({ payload_schema, payload: { filter: ["likes"] } }));
    expect(fields.map(({ type, rules, defaultText, required }) => [type, rules, defaultText, required])).toEqual([
      ["uint", "0 to 1000", "", false],
      ["uint", "0 or more", "", true],
      ["options", "one of likes, posts", '["likes"]', false],
      ["anything", "", "", false],
    ]);
  });
});
