"""How a stop or a time limit reaches a handler: as one exception, raised where it can do no harm."""

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
# Code that must not be broken off halfway: it would leave a transaction, or our own book-keeping, half done.
_OWN_CODE = (
    str(Path(__file__).parent),
    str(Path(handlers.__file__).parent / "context.py"),
    str(Path(handlers.__file__).parent / "_subprocess.py"),
)
# Exceptions that were raised while others were handled; a handler can tie them into a ring.
MAX_CONTEXTS = 50
_ATOMIC = ("__enter__", "__exit__")


class Interrupts:
    """`with interrupts: handler(...)`: inside, `JobTerminated` arrives at most once for each job."""

    def __init__(self, flags: Flags) -> None:
        self._flags = flags
        self._armed = False
        self._pid = os.getpid()

    def install(self) -> None:
        signal.signal(INTERRUPT, self._on_signal)

    def __enter__(self) -> None:
        self.install()  # a job before this may have put another handler behind Python's back
        self._armed = True

    def __exit__(self, *_: object) -> None:
        self._armed = False

    def stop_requested(self) -> bool:
        """Return whether `job.checkpoint()` is to raise: in the handler's main thread True once for each stop.

        In its other threads and its child processes True from then on, and not counted: the main thread, which cleans
        up, has not seen the stop by then.
        """
        self._flags.note_checkpoint()
        if os.getpid() != self._pid or threading.current_thread() is not threading.main_thread():
            return self._flags.stop
        if not self._flags.stop or self._flags.raised:
            return False
        self._flags.note_raised()
        return True

    def _on_signal(self, _number: int, frame: FrameType | None) -> None:
        """The slot sends the signal again until the exception was raised, so any moment may be passed over."""
        if self._armed and self._flags.stop and not self._flags.raised and not _is_delicate(frame):
            self._flags.note_raised()
            if _is_being_handled():
                return
            raise JobTerminated("a stop was requested")


def _is_being_handled() -> bool:
    """Return whether the main thread is already handling a JobTerminated, which a future of a thread handed on to it.

    A second one would break off the handler's cleanup.
    """
    exc = sys.exc_info()[1]
    for _ in range(MAX_CONTEXTS):
        if exc is None or isinstance(exc, JobTerminated):
            break
        exc = exc.__context__
    return isinstance(exc, JobTerminated)


def _is_delicate(frame: FrameType | None) -> bool:
    """Whether the code that runs at `frame`, down to the handler's own, must not be broken off."""
    began = frame
    while frame is not None:
        code = frame.f_code
        if frame is not began and _is_the_call(code):
            return False
        if code.co_filename.startswith(_OWN_CODE) or _is_atomic(code):
            return True
        frame = frame.f_back
    return True


def _is_the_call(code: CodeType) -> bool:
    """The platform's frame that called the handler: all frames above it are the handler's."""
    return code.co_name == "call_handler" and code.co_filename.startswith(_OWN_CODE[0])


def _is_atomic(code: CodeType) -> bool:
    return code.co_name in _ATOMIC and code.co_filename.endswith("django/db/transaction.py")
