"""Prints results of the jobs commands: tables or text for people, one JSON document for programs."""

from __future__ import annotations

import re
import sys
from datetime import datetime
from typing import Any

import click
from rich.console import Console

from foundation.strict_json import dump_json

# The width of output into a pipe or a file, so that nothing is truncated there.
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
    """Prints the data as one JSON document to standard output."""
    click.echo(dump_json(data))


def console(*, stderr: bool = False) -> Console:
    """Returns a rich console that prints text literally: text from a payload is not interpreted as rich's markup."""
    width = None if (sys.stderr if stderr else sys.stdout).isatty() else PIPE_WIDTH
    plain = bool(getattr(click.get_current_context().find_root().obj, "no_color", False))
    return Console(
        stderr=stderr, width=width, no_color=plain or None, markup=False, highlight=False, emoji=False
    )


def format_time(time: datetime | None) -> str:
    """Returns the time as text, to the second; empty text for None."""
    return f"{time:%Y-%m-%d %H:%M:%S}Z" if time else ""


# Control characters (but line breaks and tabs) could rewrite what the terminal shows: both sets, C0 and C1.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def printable(text: str) -> str:
    """Returns a text that others wrote with its control characters escaped: it cannot manipulate the terminal."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
