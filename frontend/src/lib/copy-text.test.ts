import { afterEach, expect, it, vi } from "vitest";

import { copyText } from "./copy-text";

afterEach(() => vi.unstubAllGlobals());

it.each([
  ["is not there", undefined],
  ["is withheld", { writeText: () => Promise.reject(new DOMException("no", "NotAllowedError")) }],
])("copies by the old command where the clipboard %s", async (_why, clipboard) => {
  const copied: (string | undefined)[] = [];
  vi.stubGlobal("navigator", { clipboard });
  Object.assign(document, { execCommand: () => copied.push(document.querySelector("textarea")?.value) });
  await copyText("a draft");
  expect(copied).toEqual(["a draft"]);
  expect(document.querySelector("textarea")).toBeNull();
});
