export type Throttled = { (): void; cancel: () => void };

/** Calls `work` at once, then at most every `interval` ms; a call in between is made up for at the end of it. */
export function throttle(interval: number, work: () => void): Throttled {
  let timer: number | undefined;
  let again = false;
  const run = (): void => {
    again = false;
    timer = window.setTimeout(() => {
      timer = undefined;
      if (again) run();
    }, interval);
    work();
  };
  const throttled = (): void => {
    if (timer === undefined) run();
    else again = true;
  };
  throttled.cancel = (): void => {
    window.clearTimeout(timer);
    timer = undefined;
    again = false;
  };
  return throttled;
}
