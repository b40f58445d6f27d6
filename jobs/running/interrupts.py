"""Raises JobTerminated in a job handler that must stop: once, and never where it could break a transaction."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from types import CodeType, FrameType

import handlers
from handlers.context import JobTerminated
from jobs.running.flags import Flags

INTERRUPT = signal.SIGUSR2
# Code that must not be interrupted: it would leave a transaction, or our own state, half done.
_OWN_CODE = (
    str(Path(__file__).parent),
    str(Path(handlers.__file__).parent / "context.py"),
    str(Path(handlers.__file__).parent / "_subprocess.py"),
)
# Bounds the walk along `__context__`: a handler can make the exceptions refer to each other in a cycle.
MAX_CONTEXTS = 50
_ATOMIC = ("__enter__", "__exit__")


class Interrupts:
    """Raises JobTerminated in the job handler that runs within `with interrupts:`, at most once for each job."""

    def __init__(self, flags: Flags) -> None:
        self._flags = flags
        self._armed = False
        self._pid = os.getpid()

    def install(self) -> None:
        """Handles INTERRUPT (SIGUSR2), by which the worker slot has JobTerminated raised in the running job handler."""
        signal.signal(INTERRUPT, self._on_signal)

    def __enter__(self) -> None:
        self.install()  # C code of an earlier job may have replaced the signal handler
        self._armed = True

    def __exit__(self, *_: object) -> None:
        self._armed = False

    def stop_requested(self) -> bool:
        """Returns whether `job.checkpoint()` must raise JobTerminated: in the job handler's main thread once per stop.

        In other threads and child processes each checkpoint after a stop request raises it. These do not count as the
        one time, because the main thread, which cleans up, may not have noticed the stop by then.
        """
        self._flags.note_checkpoint()
        if os.getpid() != self._pid or threading.current_thread() is not threading.main_thread():
            return self._flags.stop
        if not self._flags.stop or self._flags.raised:
            return False
        self._flags.note_raised()
        return True

    def _on_signal(self, _number: int, frame: FrameType | None) -> None:
        """Raises JobTerminated if that is safe now. If not, does nothing: the worker slot sends the signal again."""
        if self._armed and self._flags.stop and not self._flags.raised and not _must_not_interrupt(frame):
            self._flags.note_raised()
            if _is_being_handled():
                return
            raise JobTerminated("a stop was requested")


def _is_being_handled() -> bool:
    """Returns whether the main thread handles a JobTerminated already: a future may have passed one on from a thread.

    A second JobTerminated would interrupt the job handler's cleanup.
    """
    exc = sys.exc_info()[1]
    for _ in range(MAX_CONTEXTS):
        if exc is None or isinstance(exc, JobTerminated):
            break
        exc = exc.__context__
    return isinstance(exc, JobTerminated)


def _must_not_interrupt(frame: FrameType | None) -> bool:
    """Returns whether the stack from `frame` down to the job handler contains code that must not be interrupted."""
    began = frame
    while frame is not None:
        code = frame.f_code
        if frame is not began and _is_handler_call(code):
            return False
        if code.co_filename.startswith(_OWN_CODE) or _is_atomic(code):
            return True
        frame = frame.f_back
    return True


def _is_handler_call(code: CodeType) -> bool:
    """Returns whether this is the code of `HandlerLoop.call_handler`, which calls the job handler."""
    return code.co_name == "call_handler" and code.co_filename.startswith(_OWN_CODE[0])


def _is_atomic(code: CodeType) -> bool:
    return code.co_name in _ATOMIC and code.co_filename.endswith("django/db/transaction.py")
