"""Reports errors of the jobs commands: as lines on standard error, with `--json` as JSON, too, and by exit status."""

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
    """Reports a wrongly typed command by exit status 64, since 2, click's own, means here that a job was terminated."""

    exit_code = 64

    @classmethod
    def of(cls, exc: click.UsageError, *, as_json: bool) -> Self:
        """Returns a Misuse for click's error; with `as_json`, `show` also prints it as JSON."""
        misuse = cls(exc.format_message(), exc.ctx)
        parameter = getattr(exc, "param", None)
        attr = parameter.opts[0] if isinstance(parameter, click.Option) else None
        misuse.json_error = AppError(Problem("wrong_use", misuse.message, attr)) if as_json else None
        return misuse

    json_error: AppError | None = None

    def show(self, file: IO[Any] | None = None) -> None:
        """Prints the error as click does, and also as JSON if `of` was called with `as_json`."""
        super().show(file)
        if self.json_error:
            _print_refusal(self.json_error)


def has_json_option(words: Sequence[str]) -> bool:
    """Returns whether `--json` is among the words of a command line, even of one that click cannot parse."""
    return "--json" in takewhile(lambda word: word != "--", words)


@contextmanager
def report_errors(ctx: click.Context, *, as_json: bool) -> Iterator[None]:
    """Reports an error that the block raises, if it is an expected one, and exits with its exit status.

    Other errors are raised further. `as_json`: whether a wrongly typed command is reported as JSON, too.
    """
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
    """Wraps a command's function so that it first checks the database's schema.

    The wrapped function raises Unavailable if this code cannot work on that schema.
    """

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
