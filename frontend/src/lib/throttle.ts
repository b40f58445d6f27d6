export type Throttled = { (): void; cancel: () => void };

/** Returns a throttled function: the first call runs at once; calls within the interval lead to one call at its end. */
export function throttle(intervalMs: number, callback: () => void): Throttled {
  let timer: number | undefined;
  let isPending = false;
  const run = (): void => {
    isPending = false;
    timer = window.setTimeout(() => {
      timer = undefined;
      if (isPending) run();
    }, intervalMs);
    callback();
  };
  const throttled = (): void => {
    if (timer === undefined) run();
    else isPending = true;
  };
  throttled.cancel = (): void => {
    window.clearTimeout(timer);
    timer = undefined;
    isPending = false;
  };
  return throttled;
}
