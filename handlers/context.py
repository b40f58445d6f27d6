"""Defines what authors of job handlers use: `Job`, the second argument of their functions, and exceptions to raise."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from subprocess import CompletedProcess
from typing import Any, Protocol

from foundation.hosts import is_allowed
from handlers import _results
from handlers._results import ResultTooLarge as ResultTooLarge
from handlers._subprocess import run_program

LEVELS = ("debug", "info", "warning", "error", "critical")


class JobTerminated(BaseException):
    """Raised inside a job handler to stop it. A BaseException, so that `except Exception` does not catch it."""


class JobFailed(Exception):
    """Raised by a job handler to fail the attempt with a reason, no traceback. `retry=False` prevents a retry."""

    def __init__(self, reason: str = "", *, retry: bool = True) -> None:
        super().__init__(reason)
        self.retry = retry


class InvalidPayload(Exception):
    """Raised by a job handler's `validate` to refuse a payload: `InvalidPayload("end", "must be after start")`.

    A dict reports several fields at once: {field: message}. A field is a dotted path (`address.street`, `copies.0`);
    the empty path means the payload as a whole.
    """

    def __init__(self, field: str | Mapping[str, str], message: str = "", *, code: str = "invalid") -> None:
        problems = {field: message} if isinstance(field, str) else dict(field)
        if not problems or not all(isinstance(part, str) and part for part in [code, *problems.values()]):
            raise TypeError('write InvalidPayload("field", "what is wrong"), or give a dict of them')
        super().__init__("; ".join(f"{name}: {text}" if name else text for name, text in problems.items()))
        self.problems = problems
        self.code = code


class Reporter(Protocol):
    """Receives a job handler's progress and log, and says if a stop was requested; workers and tests implement it."""

    def progress(self, percent: int, message: str) -> None: ...

    def log(self, level: str, text: str) -> None: ...

    def stop_requested(self) -> bool: ...


class Job:
    """Represents one attempt of a job, for its handler: to report progress, to log, and to notice a requested stop."""

    def __init__(
        self, *, id: str, attempt: int, reporter: Reporter, hosts: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self.id = id
        self.attempt = attempt
        self._reporter = reporter
        self._hosts = hosts or {}
        self._percent = 0

    @property
    def token(self) -> str:
        """Returns a text that differs for each attempt of each job: an idempotency key or fencing token elsewhere."""
        return f"{self.id}:{self.attempt}"

    def progress(self, percent: float, message: str = "") -> None:
        """Reports which percentage of the job is done, with a message.

        A lower percentage than before changes only the message. Raises ValueError for one outside 0 to 100.
        """
        if not 0 <= percent <= 100:
            raise ValueError(f"progress goes from 0 to 100, not {percent!r}")
        self._percent = max(self._percent, math.floor(percent))
        self._reporter.progress(self._percent, str(message))

    def log(self, fmt: str, *args: Any, level: str = "info") -> None:
        """Adds a line to the job's log, formatted as by `logging`. Raises ValueError for an unknown level."""
        if level.lower() not in LEVELS:
            raise ValueError(f"a log line's level is one of {', '.join(LEVELS)}, not {level!r}")
        self._reporter.log(level.lower(), _format(fmt, args))

    def checkpoint(self) -> None:
        """Raises JobTerminated if a stop of the job was requested; is to be called wherever the work may end early."""
        if self._reporter.stop_requested():
            raise JobTerminated("a stop was requested")

    def may_send(self, field: str, url: str) -> bool:
        """Returns whether the value of a secret field may be sent to the URL, by the `hosts` of the field.

        Ask right before the request, with the very URL that is requested, for each step of a redirect again. `field` is
        a dotted path. Without `hosts` every URL is allowed; with them, none that programs could read in several ways.
        """
        hosts = self._hosts.get(field)
        return not hosts or is_allowed(url, hosts)

    def check_result(self, result: Any) -> Any:
        """Returns `result` if it can be stored completely, else raises ResultTooLarge.

        Without this call a result that is too large is truncated when it is stored, and the job succeeds. Raises
        TypeError or ValueError for a result that has no JSON form.
        """
        _results.check_size(result)
        return result

    def run(self, argv: Sequence[str], **options: Any) -> CompletedProcess[Any]:
        """Runs a program like `subprocess.run`; the program and all it starts end with the job (POSIX systems only).

        When a stop is requested, sends SIGTERM, after five seconds SIGKILL, and raises JobTerminated. If the worker
        process dies for any reason, the programs are killed. `timeout`, `check`, `input` and `capture_output` are as in
        `subprocess.run`; other options go to `subprocess.Popen`; `shell=True` raises TypeError.
        """
        return run_program(argv, checkpoint=self.checkpoint, **options)


def _format(fmt: str, args: tuple[Any, ...]) -> str:
    if not args:
        return str(fmt)
    try:
        return str(fmt) % args
    except (TypeError, ValueError, KeyError):
        # A wrong placeholder must not fail hours of work: log the parts instead.
        return " ".join([str(fmt), *map(str, args)])
