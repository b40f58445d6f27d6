"""`jobs processes`, and one line on standard error where the platform does not run jobs."""

from __future__ import annotations

import click
from rich.table import Table

from accounts.roles import Right
from jobs.cli.acting import require
from jobs.cli.options import EXIT_STATUS, common_options, wants_json
from jobs.cli.output import console, moment, print_json
from jobs.cli.text import printable
from jobs.read import liveness


def tell_problems() -> None:
    """For people only: what programs read stays as it is."""
    if wants_json():
        return
    if problems := liveness.platform_problems():
        click.echo(printable(" ".join(problem.detail for problem in problems)), err=True)


@click.command("processes", epilog=EXIT_STATUS)
@common_options
def command() -> None:
    """List the processes that live: dispatchers, beats, web processes and workers."""
    require(Right.SEE)
    processes = liveness.live_processes()
    if wants_json():
        print_json({"results": processes})
        return
    tell_problems()
    table = Table("kind", "name", "pid", "version", "started", "seen", box=None, header_style="dim")
    for one in processes:
        table.add_row(
            one["kind"],
            printable(one["name"]),
            str(one["pid"]),
            one["version"],
            moment(one["started_at"]),
            moment(one["seen_at"]),
        )
    console().print(table)
