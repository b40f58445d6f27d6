"""Counts what may happen so many times a second on average, and more at once after a quiet time: a token bucket."""

from __future__ import annotations

import time


class TokenBucket:
    """Allows `per_second` on average and `burst` at once; begins full."""

    __slots__ = ("_burst", "_left", "_per_second", "_then")

    def __init__(self, per_second: float, burst: float) -> None:
        self._per_second, self._burst = per_second, max(burst, 1.0)
        self._left, self._then = self._burst, float("-inf")

    def take(self, now: float | None = None) -> float | None:
        """Takes one. Returns None if there was one, else in how many seconds there will be."""
        now = time.monotonic() if now is None else now
        self._left = min(self._burst, self._left + (now - self._then) * self._per_second)
        self._then = now
        if self._left < 1:
            return (1 - self._left) / self._per_second
        self._left -= 1
        return None
