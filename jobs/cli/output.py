"""What goes to standard output: a table or text for people, one JSON document for programs."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any

import click
from rich.console import Console

from foundation.strict_json import dump_json

# Into a pipe or a file nothing is cut to the width of a terminal that is not there.
PIPE_WIDTH = 240
COLOURS = {
    "scheduled": "cyan",
    "queued": "blue",
    "running": "yellow",
    "succeeded": "green",
    "failed": "red",
    "terminated": "magenta",
}


def print_json(data: Any) -> None:
    click.echo(dump_json(data))


def console(*, stderr: bool = False) -> Console:
    """Takes text as it is: a payload that looks like rich's markup stays a payload."""
    width = None if (sys.stderr if stderr else sys.stdout).isatty() else PIPE_WIDTH
    plain = bool(getattr(click.get_current_context().find_root().obj, "no_color", False))
    return Console(
        stderr=stderr, width=width, no_color=plain or None, markup=False, highlight=False, emoji=False
    )


def moment(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S}Z" if time else ""
