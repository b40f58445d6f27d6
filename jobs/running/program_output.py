"""What a handler process and the programs it starts write to standard output and error, as lines of the job's log.

Only what bypasses Python's own streams comes this way: `subprocess`, `os.system`, `os.write(1, ...)`, C libraries.
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
    """The reading ends of two pipes."""

    def __init__(self, ends: tuple[int, int]) -> None:
        self._ends = ends
        self._lines: list[LineWriter] = []
        self._bytes: list[ByteLines] = []

    @classmethod
    def make(cls) -> tuple[Self, tuple[int, int]]:
        """Returns itself and the writing ends, for standard output and standard error."""
        (out, out_end), (err, err_end) = os.pipe(), os.pipe()
        for end in (out, err):
            os.set_blocking(end, False)
        return cls((out, err)), (out_end, err_end)

    def filenos(self) -> tuple[int, int]:
        return self._ends

    def begin(self, log: Log) -> None:
        """From now on lines go to this log."""
        self._lines = [LineWriter(log, "info", 1), LineWriter(log, "error", 2)]
        self._bytes = [lines.buffer for lines in self._lines]

    def read(self, *, within: float = _READ_SECONDS) -> None:
        """Take what was written; of what is written without a pause, so many seconds of it."""
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
        """Take the rest, also of a line that was not ended."""
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
