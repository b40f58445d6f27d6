"""What every command has: `--as` and `--json` (the group takes them, too), and its exit status."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

EXIT_STATUS = """Exit status: 0 done (with --follow: the job succeeded), 1 refused or the job failed,
2 the job was terminated or the command was typed wrongly, 130 interrupted."""
_AS, _JSON = "jobs.cli.as", "jobs.cli.json"


def common_options(command: Callable[..., Any]) -> Callable[..., Any]:
    with_json = click.option(
        "--json", "json", is_flag=True, expose_value=False, callback=_remember(_JSON),
        help="One JSON document on standard output, and nothing else there.",
    )  # fmt: skip
    with_as = click.option(
        "--as", "as_name", metavar="NAME", expose_value=False, callback=_remember(_AS),
        help="Act as this user, with this user's rights; else as the one who is logged in to this machine.",
    )  # fmt: skip
    return with_as(with_json(command))


def acting_name() -> str | None:
    name: str | None = click.get_current_context().meta.get(_AS)
    return name


def wants_json(ctx: click.Context | None = None) -> bool:
    return bool((ctx or click.get_current_context()).meta.get(_JSON))


def _remember(key: str) -> Callable[[click.Context, click.Parameter, Any], Any]:
    """Kept where group and command both see it; a command's own value goes before the group's."""

    def remember(ctx: click.Context, _param: click.Parameter, value: Any) -> Any:
        if value:
            ctx.meta[key] = value
        return value

    return remember
