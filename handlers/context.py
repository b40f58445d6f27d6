"""What a handler sees of its own run: `job`, the second argument of its function."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from subprocess import CompletedProcess
from typing import Any, Protocol

from handlers import _results
from handlers._results import ResultTooLarge as ResultTooLarge
from handlers._subprocess import run_guarded

LEVELS = ("debug", "info", "warning", "error", "critical")


class JobTerminated(BaseException):
    """A stop was requested. No Exception, so that `except Exception` in a handler does not swallow it."""


class JobFailed(Exception):
    """Fails the attempt with this reason and no traceback; `retry=False` makes it the last one."""

    def __init__(self, reason: str = "", *, retry: bool = True) -> None:
        super().__init__(reason)
        self.retry = retry


class InvalidPayload(Exception):
    """What a module's `validate` raises: `InvalidPayload("end", "must be after start")`, or several fields at once.

    A field is a dotted path (`address.street`, `copies.0`); the empty one speaks of the payload as a whole.
    """

    def __init__(self, field: str | Mapping[str, str], message: str = "", *, code: str = "invalid") -> None:
        told = {field: message} if isinstance(field, str) else dict(field)
        if not told or not all(isinstance(part, str) and part for part in [code, *told.values()]):
            raise TypeError('write InvalidPayload("field", "what is wrong"), or give a dict of them')
        super().__init__("; ".join(f"{name}: {text}" if name else text for name, text in told.items()))
        self.problems = told
        self.code = code


class Reporter(Protocol):
    """Where a run's reports go: the worker's ledger, or a list in a test."""

    def progress(self, percent: int, message: str) -> None: ...

    def log(self, level: str, text: str) -> None: ...

    def stop_requested(self) -> bool: ...


class Job:
    """One attempt of one job, as its handler sees it."""

    def __init__(self, *, id: str, attempt: int, reporter: Reporter) -> None:
        self.id = id
        self.attempt = attempt
        self._reporter = reporter
        self._percent = 0

    @property
    def token(self) -> str:
        """Differs for each attempt: a key for services that fence or de-duplicate."""
        return f"{self.id}:{self.attempt}"

    def progress(self, percent: float, message: str = "") -> None:
        """Says how much is done, 0 to 100; a lower number than before keeps the higher."""
        if not 0 <= percent <= 100:
            raise ValueError(f"progress goes from 0 to 100, not {percent!r}")
        self._percent = max(self._percent, math.floor(percent))
        self._reporter.progress(self._percent, str(message))

    def log(self, fmt: str, *args: Any, level: str = "info") -> None:
        """Adds a line to the job's log, formatted as `logging` does it."""
        if level.lower() not in LEVELS:
            raise ValueError(f"a log line's level is one of {', '.join(LEVELS)}, not {level!r}")
        self._reporter.log(level.lower(), _formatted(fmt, args))

    def checkpoint(self) -> None:
        """Raises JobTerminated if a stop was requested; call it wherever the work may end early."""
        if self._reporter.stop_requested():
            raise JobTerminated("a stop was requested")

    def check_result(self, result: Any) -> Any:
        """Returns `result` if it will be kept whole. Raises ResultTooLarge if not: the attempt fails unless you
        catch it; without this call a result that is too large succeeds, cut. What is not JSON is refused here, too.
        """
        _results.check_size(result)
        return result

    def run(self, argv: Sequence[str], **options: Any) -> CompletedProcess[Any]:
        """Like `subprocess.run`, but the program and all it starts end with the job (POSIX systems).

        A stop sends SIGTERM, after five seconds SIGKILL, and raises JobTerminated. If the worker dies,
        however it dies, the programs are killed. `timeout`, `check`, `input` and `capture_output` are as
        in `subprocess.run`, further options go to `subprocess.Popen`; there is no `shell=True`.
        """
        return run_guarded(argv, checkpoint=self.checkpoint, **options)


def _formatted(fmt: str, args: tuple[Any, ...]) -> str:
    if not args:
        return str(fmt)
    try:
        return str(fmt) % args
    except (TypeError, ValueError, KeyError):
        # A wrong placeholder must not fail hours of work: show the parts.
        return " ".join([str(fmt), *map(str, args)])
