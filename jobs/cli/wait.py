"""Defines `jobs wait ID`: watches a job until it has ended."""

from __future__ import annotations

import click

from accounts.roles import Right
from jobs.cli.actors import require_right
from jobs.cli.follow import follow_job
from jobs.cli.ids import find_job
from jobs.cli.options import EXIT_STATUS, common_options, timeout_option


@click.command("wait", epilog=EXIT_STATUS)
@click.argument("job", metavar="ID")
@timeout_option("Wait at most this long; default: until the job has ended.")
@common_options
def command(job: str, timeout: float | None) -> None:
    """Show progress and log of a job until it has ended; the exit status tells how."""
    require_right(Right.SEE)
    follow_job(find_job(job), timeout=timeout)
