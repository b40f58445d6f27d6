"""How busy the machine is with other things: seconds that were promised are those of a machine that does its work."""

from __future__ import annotations

import threading
import time
from pathlib import Path

EVERY_SECONDS = 0.5
WORK_SECONDS = 0.01
# Linux's book of the thread that reads it: nanoseconds on a processor, and in the queue for one. Waiting for another
# thread of this program is neither.
BOOK = Path("/proc/thread-self/schedstat")


class Pace:
    """Does a little work now and then. Slowness is the time until it was done by the time that it needed.

    Where the system keeps no such book the machine counts as one with nothing else to do.
    """

    def __init__(self) -> None:
        self._samples: list[tuple[float, float]] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._measure, name="pace", daemon=True)

    def start(self) -> None:
        if BOOK.exists():
            self._thread.start()

    def stop(self) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)

    def slowness(self, *, over: float = float("inf")) -> float:
        """In these last seconds, or ever."""
        since = time.monotonic() - over
        found = [ratio for at, ratio in self._samples if at >= since]
        return max(1.0, sum(found) / len(found)) if found else 1.0

    def _measure(self) -> None:
        while not self._over.wait(EVERY_SECONDS):
            ran, queued = _book()
            until = time.thread_time() + WORK_SECONDS
            while time.thread_time() < until:
                pass
            ran_now, queued_now = _book()
            ran_now, queued_now = ran_now - ran, queued_now - queued
            self._samples.append((time.monotonic(), (ran_now + queued_now) / ran_now))


def _book() -> tuple[int, int]:
    ran, queued, _ = BOOK.read_text().split()
    return int(ran), int(queued)
