"""The edge where errors become lines on standard error and an exit status."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from django.db import InterfaceError, OperationalError

from jobs.cli.options import wants_json
from jobs.cli.text import printable
from scheduler_project.errors import AppError, Problem, Unavailable
from scheduler_project.strict_json import dump_json

FAILED = 1
INTERRUPTED = 130


@contextmanager
def refusals_told(ctx: click.Context) -> Iterator[None]:
    try:
        yield
    except AppError as exc:
        _tell(ctx, exc)
    except (OperationalError, InterfaceError) as exc:
        _tell(ctx, _database_away(exc))
    except KeyboardInterrupt:
        ctx.exit(INTERRUPTED)


def _database_away(exc: Exception) -> Unavailable:
    reason = (str(exc).strip().splitlines() or ["it does not answer"])[0]
    return Unavailable(Problem("database_unavailable", f"The database cannot be used: {reason}"))


def _tell(ctx: click.Context, error: AppError) -> None:
    for problem in error.problems:
        line = f"{problem.attr}: {problem.detail}" if problem.attr else problem.detail
        click.echo(printable(line), err=True)
    if wants_json(ctx):
        answer = {"type": error.type, "errors": [problem.as_json() for problem in error.problems]}
        click.echo(dump_json(answer))
    ctx.exit(FAILED)
