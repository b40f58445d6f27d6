import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { throttle } from "./throttle";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("works at once, then makes up once for all calls in between", () => {
  const work = vi.fn();
  const throttled = throttle(250, work);
  throttled();
  throttled();
  throttled();
  expect(work).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(250);
  expect(work).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(1_000);
  expect(work).toHaveBeenCalledTimes(2);
});

it("forgets what is still to come when cancelled", () => {
  const work = vi.fn();
  const throttled = throttle(250, work);
  throttled();
  throttled();
  throttled.cancel();
  vi.advanceTimersByTime(1_000);
  expect(work).toHaveBeenCalledTimes(1);
});
