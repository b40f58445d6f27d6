import { exactTime, shortTime } from "@/lib/time";

/** A moment: short to read, exact with its zone on hover. */
export function Time({ at }: { at: string }) {
  return (
    <time className="tabular" dateTime={at} title={exactTime(at)}>
      {shortTime(at)}
    </time>
  );
}
