"""When a failed attempt is tried again: a pure policy that answers a number of seconds, or never."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_BACKOFF_SECONDS = 6 * 3600


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """`max_attempts` counts attempts the handler itself ended; runs lost to a dying worker are not among them."""

    max_attempts: int
    backoff_seconds: int

    def delay_after(self, failures: int, luck: float) -> float | None:
        """Seconds until the next attempt after `failures` failed ones, or None if that was the last.

        The pause doubles with each failure, up to six hours or to `backoff_seconds` where that is longer. It is spread
        over its upper half by `luck` (0 to 1) so that jobs which failed together do not come back together
        ("equal jitter").
        """
        if failures >= self.max_attempts:
            return None
        longest = max(LONGEST_BACKOFF_SECONDS, self.backoff_seconds)
        pause = min(self.backoff_seconds * 2.0 ** min(failures - 1, 30), longest)
        return pause * (0.5 + luck / 2)
