"""Limits how many requests a second somebody may send to this process, with a token bucket for each key."""

from __future__ import annotations

import threading
import time

MAX_BUCKETS = 10_000


class RequestRate:
    """Lets each key send `per_second` requests on average, and `burst` at once; 0 per second sets no limit."""

    def __init__(self, per_second: float, burst: int) -> None:
        self._per_second, self._burst = per_second, float(max(burst, 1))
        self._buckets: dict[str, tuple[float, float]] = {}  # key: (what was left, when)
        self._lock = threading.Lock()

    def count(self, key: str, *, now: float | None = None) -> float | None:
        """Counts a request of the key. Returns None if it may be answered, else for how many seconds to wait."""
        if not self._per_second:
            return None
        now = time.monotonic() if now is None else now
        with self._lock:
            left, then = self._buckets.pop(key, (self._burst, now))
            left = min(self._burst, left + (now - then) * self._per_second)
            allowed = left >= 1
            self._buckets[key] = (left - 1 if allowed else left, now)
            if len(self._buckets) > MAX_BUCKETS:
                self._buckets.pop(next(iter(self._buckets)))  # the one that was idle for longest
        return None if allowed else (1 - left) / self._per_second
