import { expect, it } from "vitest";

import { fakeApi } from "@test/fake-api";
import { getToasts } from "./toast";
import { fetchAll } from "./fetch-all";

const { signal } = new AbortController();

it("follows the pieces to the end, wherever their links point", async () => {
  const log = fakeApi({
    "GET series/": ({ query }) => {
      const at = Number(query.get("cursor") ?? 0);
      return { next: at < 2 ? `http://inside.example:8000/api/v1/series/?page_size=200&cursor=${at + 1}` : null, results: [at] };
    },
  });
  expect(await fetchAll("series/", signal)).toEqual([0, 1, 2]);
  expect(log.map(({ query }) => query.toString())).toEqual(["page_size=200", "page_size=200&cursor=1", "page_size=200&cursor=2"]);
  expect(getToasts()).toEqual([]);
});

it("ends somewhere, and says so once", async () => {
  const log = fakeApi({ "GET series/": () => ({ next: "/api/v1/series/?cursor=x", results: [1, 2] }) });
  expect(await fetchAll("series/", signal)).toHaveLength(100);
  expect(log).toHaveLength(50);
  await fetchAll("series/", signal);
  expect(getToasts().map(({ text }) => text)).toEqual(["There are more than 100 of them: this page has the first. The API has all."]);
});
