import { describe, expect, it } from "vitest";

import { formatCurl } from "./curl-button";

describe("the curl command", () => {
  it("quotes its body for a shell, keeps every digit, and leaves the token to who runs it", () => {
    const command = formatCurl("http://here/api/v1/jobs/", { payload: { name: "it's $HOME", id: 9007199254740993n } });
    expect(command.split(" \\\n  ")).toEqual([
      "curl -X POST 'http://here/api/v1/jobs/'",
      '-H "Authorization: Token $TOKEN"',
      "-H 'Content-Type: application/json'",
      `--data-raw '{"payload":{"name":"it'\\''s $HOME","id":9007199254740993}}'`,
    ]);
  });
});
