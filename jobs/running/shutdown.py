"""Shares a worker's kind of shutdown with its slots: in a cold one they must give back the jobs they run.

A signal alone does not show the kind. In a warm shutdown running jobs may finish, although a service manager sends
SIGTERM to all processes of the worker. In a cold shutdown the main process sends the slots the same signal.
"""

from __future__ import annotations

import contextlib
import mmap
import signal
import threading
import time
from collections.abc import Iterator

_NONE, _WARM, _COLD = range(3)
# How long a slot that got a signal waits for the main process to say which kind of shutdown it is.
MAX_UNEXPLAINED_SECONDS = 1.0
_END_SIGNALS = (signal.SIGTERM, signal.SIGQUIT)
_IGNORED_SIGNALS = (signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)


class WorkerShutdown:
    """Holds the kind of shutdown in memory shared by the worker's main process and the slots forked from it."""

    def __init__(self) -> None:
        self._shutdown = mmap.mmap(-1, mmap.PAGESIZE)
        self._signalled_at: float | None = None

    def note(self, how: str) -> None:
        """Notes, in the worker's main process, that a shutdown began: "Warm" (running jobs may finish) or "Cold"."""
        self._shutdown[0] = _COLD if how == "Cold" else _WARM

    def must_slot_end(self) -> bool:
        """Returns whether this worker slot must give its running job back and end.

        It must in a cold shutdown, or if MAX_UNEXPLAINED_SECONDS after SIGTERM or SIGQUIT no warm shutdown is noted.
        """
        if self._shutdown[0] == _COLD:
            return True
        if self._signalled_at is None or self._shutdown[0] == _WARM:
            return False
        return time.monotonic() - self._signalled_at >= MAX_UNEXPLAINED_SECONDS

    @contextlib.contextmanager
    def note_signals(self) -> Iterator[None]:
        """While the block runs, makes this worker slot note the time of SIGTERM and SIGQUIT instead of ending."""
        if not _is_main_thread():
            yield
            return
        before = {number: signal.getsignal(number) for number in (*_END_SIGNALS, *_IGNORED_SIGNALS)}
        for number in _END_SIGNALS:
            signal.signal(number, self._note_signal)
        for number in _IGNORED_SIGNALS:
            signal.signal(number, lambda *_: None)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _note_signal(self, *_: object) -> None:
        if self._signalled_at is None:
            self._signalled_at = time.monotonic()


def _is_main_thread() -> bool:
    """Returns whether this thread can set signal handlers. A worker slot has one thread, tests have several."""
    return threading.current_thread() is threading.main_thread()


shutdown = WorkerShutdown()
