"""In the handler process: print() and logging of a handler become lines of its job's log."""

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
    """A text stream that hands each finished line, without its end, to `log(level, line)`."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, log: Log, level: str, number: int) -> None:
        """`number`: that of the descriptor behind it, whose output goes to the job's log, too."""
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
        """Return the descriptor that subprocesses and faulthandler write to; its output is in the job's log, too."""
        return self._number

    def reconfigure(self, **_options: Any) -> None:
        """Accept and ignore what scripts ask of `sys.stdout`: this stream is always UTF-8 and passes on whole lines."""

    def flush(self) -> None:
        """A line is a line when it ends; print(flush=True) does not break one."""

    def close(self) -> None:
        """The stream is the process's: a handler that closes it may still print."""

    def finish(self) -> None:
        if self._line:
            self._log(self._level, self._line.take())


class ByteLines(io.RawIOBase):
    """The same for bytes (`sys.stdout.buffer`, a program's output): what is not UTF-8 is shown as such."""

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
def captured(log: Log) -> Iterator[None]:
    """Everything printed or logged in this process while the block runs goes to `log(level, text)`."""
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
