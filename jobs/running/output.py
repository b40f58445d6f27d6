"""print() and logging of a handler land in its job's log."""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Iterator

from jobs.running.reporter import Reporter


class _LineWriter(io.TextIOBase):
    def __init__(self, reporter: Reporter, level: str) -> None:
        self._reporter = reporter
        self._level = level
        self._rest = ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        *whole, self._rest = (self._rest + text).split("\n")
        for line in whole:
            self._reporter.log(self._level, line)
        return len(text)

    def flush(self) -> None:
        """A line is a line when it ends; print(flush=True) does not break one."""

    def finish(self) -> None:
        if self._rest:
            self._reporter.log(self._level, self._rest)
            self._rest = ""


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
