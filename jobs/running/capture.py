"""Redirects, in the handler process, what a job handler prints or logs to the job's log."""

from __future__ import annotations

import codecs
import contextlib
import io
import logging
from collections.abc import Callable, Iterator
from typing import Any

from handlers._unfinished_line import UnfinishedLine

Log = Callable[[str, str], None]


class LineWriter(io.TextIOBase):
    """Is a text stream that passes each finished line written to it, without the line feed, to `log(level, line)`."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, log: Log, level: str, number: int) -> None:
        """`number` is the file descriptor (1 or 2) that `fileno` returns for code that needs one."""
        self._log = log
        self._level = level
        self._number = number
        self._line = UnfinishedLine()
        self.buffer = ByteLines(self)

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        *whole, rest = text.split("\n")
        for part in whole:
            self._line.add(part)
            self._log(self._level, self._line.take())
        self._line.add(rest)
        return len(text)

    def fileno(self) -> int:
        """Returns the descriptor to which subprocesses and faulthandler write; that too reaches the job's log."""
        return self._number

    def reconfigure(self, **_options: Any) -> None:
        """Ignores options that job handlers set on `sys.stdout`: this stream is always UTF-8 and passes whole lines."""

    def flush(self) -> None:
        """Does nothing: a line is logged when a line feed ends it, and `print(flush=True)` does not end it."""

    def close(self) -> None:
        """Does nothing, so that a job handler that closes `sys.stdout` can still print afterwards."""

    def finish(self) -> None:
        """Logs a last line that no line feed has ended. Call it when nothing more will be written."""
        if self._line:
            self._log(self._level, self._line.take())


class ByteLines(io.RawIOBase):
    """Decodes bytes as UTF-8 for a LineWriter (its `buffer`, as in `sys.stdout.buffer`). Replaces invalid bytes."""

    def __init__(self, lines: LineWriter) -> None:
        self._lines = lines
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._lines.write(self._decoder.decode(bytes(data)))
        return len(data)


class _LogHandler(logging.Handler):
    def __init__(self, log: Log) -> None:
        super().__init__(logging.INFO)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._log(record.levelname.lower(), self.format(record))
        except Exception:  # noqa: BLE001 - logging's own contract: a bad record never hurts its caller
            self.handleError(record)


@contextlib.contextmanager
def capture_output(log: Log) -> Iterator[None]:
    """While the block runs, passes all that Python code in this process prints or logs to `log(level, text)`."""
    out, err, handler = LineWriter(log, "info", 1), LineWriter(log, "error", 2), _LogHandler(log)
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
