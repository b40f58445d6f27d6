"""The edge where errors become lines on standard error and an exit status."""

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
from jobs.cli.text import printable

REFUSED = 4
# Of the disk that standard output is sent to.
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EIO}
INTERRUPTED = 130


class Misuse(click.UsageError):
    """Click's own status is that of a job that was terminated."""

    exit_code = 64

    @classmethod
    def of(cls, exc: click.UsageError, *, as_json: bool) -> Self:
        misuse = cls(exc.format_message(), exc.ctx)
        parameter = getattr(exc, "param", None)
        attr = parameter.opts[0] if isinstance(parameter, click.Option) else None
        misuse.told = AppError(Problem("wrong_use", misuse.message, attr)) if as_json else None
        return misuse

    told: AppError | None = None

    def show(self, file: IO[Any] | None = None) -> None:
        super().show(file)
        if self.told:
            _print_refusal(self.told)


def json_is_typed(words: Sequence[str]) -> bool:
    """Also where the words cannot be parsed, so that nothing else tells."""
    return "--json" in takewhile(lambda word: word != "--", words)


@contextmanager
def refusals_told(ctx: click.Context, *, as_json: bool) -> Iterator[None]:
    """`as_json`: how the command is answered that cannot be parsed."""
    try:
        yield
    except click.UsageError as exc:
        raise Misuse.of(exc, as_json=as_json) from None
    except AppError as exc:
        _tell(ctx, exc)
    except DatabaseError as exc:
        if not is_temporary(exc):
            raise
        _tell(ctx, _database_away(exc))
    except BrokenPipeError:
        raise  # whoever read has seen enough: click ends quietly
    except OSError as exc:
        if exc.errno not in _NO_ROOM:
            raise
        _tell(ctx, Unavailable(Problem("output", f"The output cannot be written: {exc.strerror}.")))
    except KeyboardInterrupt:
        ctx.exit(INTERRUPTED)


def on_fit_schema(callback: Callable[..., Any] | None) -> Callable[..., Any]:
    """The command, refused on a database whose schema does not carry this code."""

    def checked(**options: Any) -> Any:
        if problem := find_problem():
            raise Unavailable(Problem("schema", problem))
        return callback(**options) if callback else None

    return checked


def _database_away(exc: Exception) -> Unavailable:
    return Unavailable(Problem("database_unavailable", f"The database cannot be used: {first_line(exc)}"))


def _tell(ctx: click.Context, error: AppError) -> None:
    for problem in error.problems:
        line = f"{problem.attr}: {problem.detail}" if problem.attr else problem.detail
        click.echo(printable(line), err=True)
    if wants_json(ctx):
        _print_refusal(error)
    ctx.exit(REFUSED)


def _print_refusal(error: AppError) -> None:
    click.echo(dump_json(error.as_json()))
