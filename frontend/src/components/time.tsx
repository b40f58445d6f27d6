import { useNow } from "@/lib/clock";
import { formatExactTime, formatRelativeTime, formatShortTime } from "@/lib/time";

/** Shows a time in short form, and exactly with its zone on hover. */
export function Time({ at }: { at: string }) {
  return (
    <time className="tabular" dateTime={at} title={formatExactTime(at)}>
      {formatShortTime(at)}
    </time>
  );
}

/** Shows the distance to a time, updated every second, and the exact time on hover. */
export function RelativeTime({ at }: { at: string }) {
  const now = useNow();
  return (
    <time className="tabular" dateTime={at} title={formatExactTime(at)}>
      {formatRelativeTime(at, now)}
    </time>
  );
}
