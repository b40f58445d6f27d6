import { describe, expect, it } from "vitest";

import { ApiError, NetworkError } from "./api-error";
import { getFieldError, getOtherError } from "./field-errors";

const refused = new ApiError(400, [
  { code: "pattern", detail: "Write a job type.", attr: "job_types.0" },
  { code: "pattern", detail: "And here.", attr: "job_types.1" },
  { code: "taken", detail: "There is one of that name.", attr: "name" },
  { code: "limit", detail: "You have enough of them.", attr: null },
]);

describe("the problems of a refused form", () => {
  it("go to their fields, also those of a part of a field", () => {
    expect(getFieldError(refused, "job_types")).toBe("Write a job type. And here.");
    expect(getFieldError(refused, "name")).toBe("There is one of that name.");
    expect(getFieldError(refused, "job")).toBeUndefined();
  });

  it("stay above the form if no field is theirs", () => {
    expect(getOtherError(refused, ["name", "job_types"])?.message).toBe("You have enough of them.");
    expect(getOtherError(refused, ["name"])?.message).toBe("Write a job type. And here. You have enough of them.");
  });

  it("leave nothing above it if all are of fields, or if there is none", () => {
    expect(getOtherError(new ApiError(400, refused.problems.slice(2, 3)), ["name"])).toBeNull();
    expect(getOtherError(null, ["name"])).toBeNull();
  });

  it("are no fields' where the server did not answer", () => {
    expect(getFieldError(new NetworkError(), "name")).toBeUndefined();
    expect(getOtherError(new NetworkError(), ["name"])).toBeInstanceOf(NetworkError);
    expect(getOtherError(new ApiError(502, []), ["name"])?.message).toBe("The server answered 502.");
  });
});
