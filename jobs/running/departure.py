"""Whether a worker's slot must give back the job that it runs, because its worker or somebody else tells it to end.

A signal alone cannot tell: a service manager sends SIGTERM to all processes of a worker, whose main process
then lets the jobs end; in a cold shutdown the main process sends the same signal to have them given back.
"""

from __future__ import annotations

import contextlib
import mmap
import signal
import threading
import time
from collections.abc import Iterator

_NONE, _WARM, _COLD = range(3)
# How long the main process may take to say which kind of shutdown it is.
UNEXPLAINED_AFTER_SECONDS = 1.0
_LEAVE = (signal.SIGTERM, signal.SIGQUIT)
_PASS_OVER = (signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)


class Departure:
    """Made in the worker's main process before it forks its slots: they read what it writes into shared memory."""

    def __init__(self) -> None:
        self._shutdown = mmap.mmap(-1, mmap.PAGESIZE)
        self._asked_at: float | None = None

    def note_shutdown(self, how: str) -> None:
        """In the main process: a shutdown began, "Warm" (jobs may end) or "Cold"."""
        self._shutdown[0] = _COLD if how == "Cold" else _WARM

    def is_due(self) -> bool:
        """In the slot: whether to give the job back now."""
        if self._shutdown[0] == _COLD:
            return True
        if self._asked_at is None or self._shutdown[0] == _WARM:
            return False
        return time.monotonic() - self._asked_at >= UNEXPLAINED_AFTER_SECONDS

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        """In the slot, while it works off a message: signals are noted and break nothing off."""
        if not _is_main_thread():
            yield
            return
        before = {number: signal.getsignal(number) for number in (*_LEAVE, *_PASS_OVER)}
        for number in _LEAVE:
            signal.signal(number, self._note)
        for number in _PASS_OVER:
            signal.signal(number, lambda *_: None)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _note(self, *_: object) -> None:
        if self._asked_at is None:
            self._asked_at = time.monotonic()


def _is_main_thread() -> bool:
    """Signals can be handled only there; a slot has no other, tests do."""
    return threading.current_thread() is threading.main_thread()


departure = Departure()
