"""print() and logging of a handler land in its job's log."""

from __future__ import annotations

import codecs
import contextlib
import io
import logging
from collections.abc import Iterator
from typing import Any

from jobs.running.reporter import Reporter

# A line that does not end is kept to here, so that a secret value in it is found whole before the line is cut.
MOST_UNBROKEN = 1024 * 1024


class _LineWriter(io.TextIOBase):
    encoding = "utf-8"
    errors = "replace"

    def __init__(self, reporter: Reporter, level: str) -> None:
        self._reporter = reporter
        self._level = level
        self._parts: list[str] = []
        self._size = 0
        self.buffer = _BytesWriter(self)

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        *whole, rest = text.split("\n")
        for line in whole:
            self._add(line)
            self._end_line()
        self._add(rest)
        return len(text)

    def flush(self) -> None:
        """A line is a line when it ends; print(flush=True) does not break one."""

    def finish(self) -> None:
        if self._size:
            self._end_line()

    def _add(self, part: str) -> None:
        if part and self._size < MOST_UNBROKEN:
            self._parts.append(part)
            self._size += len(part)

    def _end_line(self) -> None:
        line = "".join(self._parts)
        self._parts, self._size = [], 0
        self._reporter.log(self._level, line)


class _BytesWriter(io.RawIOBase):
    """`sys.stdout.buffer`: bytes that are not UTF-8 are shown as such, and hurt nobody."""

    def __init__(self, lines: _LineWriter) -> None:
        self._lines = lines
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._lines.write(self._decoder.decode(bytes(data)))
        return len(data)


class _LogHandler(logging.Handler):
    def __init__(self, reporter: Reporter) -> None:
        super().__init__(logging.INFO)
        self._reporter = reporter

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._reporter.log(record.levelname.lower(), self.format(record))
        except Exception:  # noqa: BLE001 - logging's own contract: a bad record never hurts its caller
            self.handleError(record)


@contextlib.contextmanager
def captured(reporter: Reporter) -> Iterator[None]:
    """Everything printed or logged in this process while the block runs goes to the attempt's log."""
    out, err, handler = _LineWriter(reporter, "info"), _LineWriter(reporter, "error"), _LogHandler(reporter)
    root = logging.getLogger()
    ours = root.handlers[:]
    root.handlers[:] = [handler]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            yield
    finally:
        root.handlers[:] = ours
        out.finish()
        err.finish()
