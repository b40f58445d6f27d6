"""Decides when a dispatcher claims again for a queue whose workers have all the jobs that they can take."""

from __future__ import annotations

import time


class RefillTimer:
    """Computes when to claim again for a queue filled to capacity, from the rate at which workers take its jobs."""

    FIRST_WAIT_SECONDS = 0.02
    MIN_WAIT_SECONDS = 0.01
    MAX_WAIT_SECONDS = 0.25

    def __init__(self) -> None:
        self._filled: dict[str, tuple[float, int]] = {}

    def wait_seconds(self, queue: str, queued_before: int, queued_now: int) -> float:
        """Returns the seconds until workers will have taken about a third of the queued jobs.

        `queued_before` and `queued_now`: how many jobs were queued before and after this claim. While none is taken,
        the waits grow (exponential backoff): when a longer run ends, a wake-up comes anyway.
        """
        now = time.monotonic()
        filled_at, filled_to = self._filled.get(queue, (0.0, 0))
        self._filled[queue] = (now, queued_now)
        elapsed = now - filled_at
        if elapsed > 2 * self.MAX_WAIT_SECONDS:
            return self.FIRST_WAIT_SECONDS
        taken = filled_to - queued_before
        wait = elapsed * max(queued_now // 3, 1) / taken if taken > 0 else 2 * elapsed
        return min(max(wait, self.MIN_WAIT_SECONDS), self.MAX_WAIT_SECONDS)
