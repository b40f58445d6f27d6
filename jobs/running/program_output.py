"""Reads what a handler process and its child programs write to file descriptors 1 and 2 into the job's log.

This covers only what bypasses `sys.stdout` and `sys.stderr`: `subprocess`, `os.system`, `os.write(1, ...)`, C code.
"""

from __future__ import annotations

import os
import time
from typing import Self

from jobs.running.capture import ByteLines, LineWriter, Log

_READ_BYTES = 64 * 1024
# A program that prints without end must not keep the slot from renewing its lease.
_READ_SECONDS, _FINISH_SECONDS = 0.1, 2.0


class ProgramOutput:
    """Reads, in the worker slot, the pipes that are standard output and standard error of its handler process."""

    def __init__(self, ends: tuple[int, int]) -> None:
        self._ends = ends
        self._lines: list[LineWriter] = []
        self._bytes: list[ByteLines] = []

    @classmethod
    def make(cls) -> tuple[Self, tuple[int, int]]:
        """Creates both pipes; returns an object that reads them, and the ends to write standard output and error to."""
        (out, out_end), (err, err_end) = os.pipe(), os.pipe()
        for end in (out, err):
            os.set_blocking(end, False)
        return cls((out, err)), (out_end, err_end)

    def filenos(self) -> tuple[int, int]:
        return self._ends

    def begin(self, log: Log) -> None:
        """Begins with the next job: passes each line read from now on to `log(level, line)`."""
        self._lines = [LineWriter(log, "info", 1), LineWriter(log, "error", 2)]
        self._bytes = [lines.buffer for lines in self._lines]

    def read(self, *, within: float = _READ_SECONDS) -> None:
        """Reads what was written to the pipes so far, for at most `within` seconds."""
        until = time.monotonic() + within
        open_ends = dict(zip(self._ends, self._bytes, strict=False))
        while open_ends and time.monotonic() < until:
            for end, lines in list(open_ends.items()):
                data = _read(end)
                if data:
                    lines.write(data)
                else:
                    del open_ends[end]

    def finish(self) -> None:
        """Reads what is still in the pipes, and logs a last line that no line feed has ended."""
        self.read(within=_FINISH_SECONDS)
        for lines in self._lines:
            lines.finish()

    def close(self) -> None:
        for end in self._ends:
            os.close(end)


def _read(end: int) -> bytes:
    try:
        return os.read(end, _READ_BYTES)
    except BlockingIOError:
        return b""
