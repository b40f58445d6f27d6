"""Turns errors into lines on standard error and an exit status."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import takewhile
from typing import IO, Any, Self

import click
from django.db import Error as DatabaseError

from foundation.database_errors import first_line, is_temporary
from foundation.errors import AppError, Problem, Unavailable
from foundation.schema import find_problem
from foundation.strict_json import dump_json
from jobs.cli.options import wants_json
from jobs.cli.output import printable

REFUSED = 4
# Errors of a full or broken disk, to which standard output may be redirected.
_DISK_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EIO}
INTERRUPTED = 130


class Misuse(click.UsageError):
    """Reports a usage error with exit status 64: click's own, 2, says here that the job was terminated."""

    exit_code = 64

    @classmethod
    def of(cls, exc: click.UsageError, *, as_json: bool) -> Self:
        """Converts click's error; with `as_json` it is printed as JSON, too."""
        misuse = cls(exc.format_message(), exc.ctx)
        parameter = getattr(exc, "param", None)
        attr = parameter.opts[0] if isinstance(parameter, click.Option) else None
        misuse.json_error = AppError(Problem("wrong_use", misuse.message, attr)) if as_json else None
        return misuse

    json_error: AppError | None = None

    def show(self, file: IO[Any] | None = None) -> None:
        """Prints the error."""
        super().show(file)
        if self.json_error:
            _print_refusal(self.json_error)


def has_json_option(words: Sequence[str]) -> bool:
    """Returns whether `--json` is among the words; needed if they cannot be parsed."""
    return "--json" in takewhile(lambda word: word != "--", words)


@contextmanager
def report_errors(ctx: click.Context, *, as_json: bool) -> Iterator[None]:
    """Reports the errors of the block and exits. `as_json`: the format for a command that cannot be parsed."""
    try:
        yield
    except click.UsageError as exc:
        raise Misuse.of(exc, as_json=as_json) from None
    except AppError as exc:
        _report(ctx, exc)
    except DatabaseError as exc:
        if not is_temporary(exc):
            raise
        _report(ctx, _database_away(exc))
    except BrokenPipeError:
        raise  # the reader has closed the pipe: click exits quietly
    except OSError as exc:
        if exc.errno not in _DISK_ERRORS:
            raise
        _report(ctx, Unavailable(Problem("output", f"The output cannot be written: {exc.strerror}.")))
    except KeyboardInterrupt:
        ctx.exit(INTERRUPTED)


def require_schema(callback: Callable[..., Any] | None) -> Callable[..., Any]:
    """Wraps a command: it raises Unavailable on a database whose schema does not support this code."""

    def check_and_run(**options: Any) -> Any:
        if problem := find_problem():
            raise Unavailable(Problem("schema", problem))
        return callback(**options) if callback else None

    return check_and_run


def _database_away(exc: Exception) -> Unavailable:
    return Unavailable(Problem("database_unavailable", f"The database cannot be used: {first_line(exc)}"))


def _report(ctx: click.Context, error: AppError) -> None:
    for problem in error.problems:
        line = f"{problem.attr}: {problem.detail}" if problem.attr else problem.detail
        click.echo(printable(line), err=True)
    if wants_json(ctx):
        _print_refusal(error)
    ctx.exit(REFUSED)


def _print_refusal(error: AppError) -> None:
    click.echo(dump_json(error.as_json()))
