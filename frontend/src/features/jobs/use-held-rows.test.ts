import { act, renderHook } from "@testing-library/react";
import { expect, it } from "vitest";

import type { ListedJob } from "@/types/api";
import { aJob, toListedJob } from "@test/factories";
import { useHeldRows } from "./use-held-rows";

const [oldest, old, fresh] = [aJob(), aJob(), aJob()].map(toListedJob) as [ListedJob, ListedJob, ListedJob];

function held(rows: ListedJob[], hold: boolean) {
  return renderHook((props: { rows: ListedJob[]; hold: boolean }) => useHeldRows(props.rows, props.hold), {
    initialProps: { rows, hold },
  });
}

it("shows new rows at once to a reader at the top", () => {
  const { result, rerender } = held([old], false);
  rerender({ rows: [fresh, old], hold: false });
  expect(result.current).toMatchObject({ rows: [fresh, old], waiting: 0 });
});

it("holds new rows back while the reader is busy, until they are released", () => {
  const { result, rerender } = held([old], true);
  rerender({ rows: [fresh, old], hold: true });
  expect(result.current).toMatchObject({ rows: [old], waiting: 1 });
  act(() => result.current.release());
  expect(result.current).toMatchObject({ rows: [fresh, old], waiting: 0 });
});

it("shows the waiting rows when the reader is back at the top", () => {
  const { result, rerender } = held([old], true);
  rerender({ rows: [fresh, old], hold: true });
  rerender({ rows: [fresh, old], hold: false });
  expect(result.current).toMatchObject({ rows: [fresh, old], waiting: 0 });
});

it("keeps patching the rows it holds", () => {
  const { result, rerender } = held([old], true);
  const running = { ...old, state: "running" as const };
  rerender({ rows: [running], hold: true });
  expect(result.current.rows).toEqual([running]);
});

it("lets older pages through", () => {
  const { result, rerender } = held([old], true);
  rerender({ rows: [fresh, old, oldest], hold: true });
  expect(result.current).toMatchObject({ rows: [old, oldest], waiting: 1 });
});
