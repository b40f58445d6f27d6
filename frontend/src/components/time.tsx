import { useNow } from "@/lib/clock";
import { exactTime, relativeTime, shortTime } from "@/lib/time";

/** A moment: short to read, exact with its zone on hover. */
export function Time({ at }: { at: string }) {
  return (
    <time className="tabular" dateTime={at} title={exactTime(at)}>
      {shortTime(at)}
    </time>
  );
}

/** How far away it is, counting; exact on hover. */
export function RelativeTime({ at }: { at: string }) {
  const now = useNow();
  return (
    <time className="tabular" dateTime={at} title={exactTime(at)}>
      {relativeTime(at, now)}
    </time>
  );
}
