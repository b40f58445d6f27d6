"""Defines `jobs processes`, and the warning of other jobs commands if the platform cannot run jobs."""

from __future__ import annotations

import click
from rich.table import Table

from accounts.roles import Right
from jobs.cli.actors import require_right
from jobs.cli.options import EXIT_STATUS, common_options, wants_json
from jobs.cli.output import console, format_time, print_json, printable
from jobs.read import liveness


def print_problems() -> None:
    """Prints to standard error why the platform cannot run jobs; prints nothing if it can, or with `--json`."""
    if wants_json():
        return
    if problems := liveness.platform_problems():
        click.echo(printable(" ".join(problem.detail for problem in problems)), err=True)


@click.command("processes", epilog=EXIT_STATUS)
@common_options
def command() -> None:
    """List the live processes: dispatchers, beats, web processes and workers."""
    require_right(Right.SEE)
    processes = liveness.live_processes()
    if wants_json():
        print_json({"results": processes})
        return
    print_problems()
    table = Table("kind", "name", "pid", "version", "started", "seen", box=None, header_style="dim")
    for one in processes:
        table.add_row(
            one["kind"],
            printable(one["name"]),
            str(one["pid"]),
            one["version"],
            format_time(one["started_at"]),
            format_time(one["seen_at"]),
        )
    console().print(table)
