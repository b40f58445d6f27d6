"""Defines `jobs show ID`: prints one job with its history."""

from __future__ import annotations

import click

from accounts.roles import Right
from jobs.cli.actors import require_right
from jobs.cli.details import print_job
from jobs.cli.ids import find_job
from jobs.cli.options import EXIT_STATUS, common_options
from jobs.cli.platform import print_problems


@click.command("show", epilog=EXIT_STATUS)
@click.argument("job", metavar="ID")
@common_options
def command(job: str) -> None:
    """Show one job with all its fields and its history."""
    require_right(Right.SEE)
    found = find_job(job)
    print_problems()
    print_job(found, history=True)
