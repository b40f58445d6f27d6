"""Defines options of the jobs commands. `--as` and `--json` may stand before or after the command's name."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import click

EXIT_STATUS = """Exit status: 0 done (with --follow: the job succeeded), 1 the job failed, 2 it was terminated,
3 it has not ended in time, 4 refused or unknown, 64 the command was typed wrongly, 130 interrupted."""
_AS, _JSON = "jobs.cli.as", "jobs.cli.json"


class Text(click.ParamType[str]):
    """Accepts an option's text unless it is blank: a blank filter would mean all jobs, a blank `--as` another user."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not value.strip():
            self.fail("It is blank: write a value, or leave the option out.", param, ctx)
        return value


TEXT = Text()


def common_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options `--as` and `--json` to a click command."""
    with_json = click.option(
        "--json", "json", is_flag=True, expose_value=False, callback=_store_in_context(_JSON),
        help="One JSON document on standard output, and nothing else there.",
    )  # fmt: skip
    with_as = click.option(
        "--as", "as_name", metavar="NAME", type=TEXT, expose_value=False, callback=_store_in_context(_AS),
        help="Act as this user, with this user's rights; else as the one who is logged in to this machine.",
    )  # fmt: skip
    return with_as(with_json(command))


def timeout_option(help_text: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Returns a decorator that adds the option `--timeout` to a click command."""
    return click.option(
        "--timeout", metavar="SECONDS", type=click.FloatRange(0), callback=check_number, help=help_text
    )


def check_number(_ctx: click.Context, _param: click.Parameter, value: float | None) -> float | None:
    """Returns an option's number unchanged, as a click callback. Raises BadParameter for NaN."""
    if value is not None and math.isnan(value):
        raise click.BadParameter("nan is no number of seconds.")
    return value


def refuse_lone_timeout(timeout: float | None, *, follow: bool) -> None:
    """Raises click's UsageError if the option `--timeout` is given without `--follow`."""
    if timeout is not None and not follow:
        raise click.UsageError("--timeout is for --follow: without it nothing is waited for.")


def acting_user_name() -> str | None:
    """Returns the user name in the option `--as`; None if the option is absent."""
    name: str | None = click.get_current_context().meta.get(_AS)
    return name


def wants_json(ctx: click.Context | None = None) -> bool:
    """Returns whether the option `--json` was given, before or after the command's name."""
    return bool((ctx or click.get_current_context()).meta.get(_JSON))


def _store_in_context(key: str) -> Callable[[click.Context, click.Parameter, Any], Any]:
    """Returns a click callback that stores an option in the context; a value after the command's name has priority."""

    def store(ctx: click.Context, _param: click.Parameter, value: Any) -> Any:
        if value:
            ctx.meta[key] = value
        return value

    return store
