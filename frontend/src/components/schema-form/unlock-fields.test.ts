import { expect, it } from "vitest";

import type { FieldSchema } from "@/types/form-schema";
import { unlockFields } from "./unlock-fields";

it("opens read-only fields, also inside objects, but not those that say what the job is", () => {
  const plan: FieldSchema = { type: "string", "x-type": "string", readOnly: true, const: "basic", default: "basic", description: "The plan." };
  const opened = { type: "string", "x-type": "string", default: "basic", description: "The plan. Only those who may edit the template can change this." };
  const jobType: FieldSchema = { type: "string", readOnly: true, title: "Job type" };
  const schema: FieldSchema = { type: "object", properties: { plan, job_type: jobType, inner: { type: "object", "x-type": "object", properties: { plan } } } };
  expect(unlockFields(schema)).toEqual({
    type: "object",
    properties: { plan: opened, job_type: jobType, inner: { type: "object", "x-type": "object", properties: { plan: opened } } },
  });
});
