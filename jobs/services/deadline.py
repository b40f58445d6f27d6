"""Runs an author's code for so long at most: in a thread of its own, which is then broken off."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable


class BrokenOff(BaseException):
    """Raised into code that takes too long, wherever it is; it does not reach code that waits in C."""


class Deadline(threading.Thread):
    """One call of `work`, which keeps its results itself, as far as it came."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__(name="deadline", daemon=True)
        self._work = work
        # Taken once: by us at the end in time, or by who breaks us off, and then BrokenOff surely comes.
        self._end = threading.Lock()

    def ends_within(self, seconds: float) -> bool:
        """Starts the work and waits for it; False if it was broken off, and may even hang for ever."""
        self.start()
        self.join(seconds)
        if not self._end.acquire(blocking=False):
            self.join()
            return True
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(self.ident or 0), ctypes.py_object(BrokenOff)
        )
        return False

    def run(self) -> None:
        try:
            self._work()
            # If who breaks us off was quicker, BrokenOff is on its way, unless the work has swallowed it.
            self._end.acquire(timeout=1)
        except BrokenOff:
            return
