"""Redirects what a handler prints or logs, in the handler process, into its job's log."""

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
    """Passes each finished line, without its line feed, to `log(level, line)`. A text stream."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, log: Log, level: str, number: int) -> None:
        """Takes `number`, the file descriptor that programs write to instead; its output goes to the job's log, too."""
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
        """Returns the descriptor that subprocesses and faulthandler write to; its output is in the job's log, too."""
        return self._number

    def reconfigure(self, **_options: Any) -> None:
        """Ignores options that scripts set on `sys.stdout`: this stream is always UTF-8 and passes on whole lines."""

    def flush(self) -> None:
        """Does nothing: a line is logged when it ends, and print(flush=True) does not end it."""

    def close(self) -> None:
        """Does nothing: later jobs use the stream, so a handler that closes it may still print."""

    def finish(self) -> None:
        """Logs an unfinished last line."""
        if self._line:
            self._log(self._level, self._line.take())


class ByteLines(io.RawIOBase):
    """Decodes bytes (`sys.stdout.buffer`, a program's output) for a LineWriter. Invalid UTF-8 is replaced."""

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
    """Passes all that is printed or logged in this process while the block runs to `log(level, text)`."""
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
