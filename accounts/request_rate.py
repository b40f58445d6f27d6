"""Limits how many requests a second each session may send to this process."""

from __future__ import annotations

import threading

from foundation.token_bucket import TokenBucket

MAX_BUCKETS = 10_000


class RequestRate:
    """Lets each key send `per_second` requests on average, and `burst` at once; 0 per second sets no limit."""

    def __init__(self, per_second: float, burst: int) -> None:
        self._per_second, self._burst = per_second, burst
        self._buckets: dict[str, TokenBucket] = {}
        self._lock = threading.Lock()

    def count(self, key: str, *, now: float | None = None) -> float | None:
        """Counts a request of the key. Returns None if it may be answered, else for how many seconds to wait."""
        if not self._per_second:
            return None
        with self._lock:
            bucket = self._buckets.pop(key, None) or TokenBucket(self._per_second, self._burst)
            self._buckets[key] = bucket  # now the last
            if len(self._buckets) > MAX_BUCKETS:
                self._buckets.pop(next(iter(self._buckets)))  # the one that was idle for longest
            return bucket.take(now)
