"""`jobs rerun ID`."""

from __future__ import annotations

import click

from jobs.cli.acting import actor
from jobs.cli.follow import show_new_job
from jobs.cli.ids import find_job
from jobs.cli.options import EXIT_STATUS, common_options
from jobs.services.control import rerun_job


@click.command("rerun", epilog=EXIT_STATUS)
@click.argument("job", metavar="ID")
@click.option("--follow", is_flag=True, help="Show progress and log until the new job has ended.")
@common_options
def command(job: str, follow: bool) -> None:
    """Run a job again: a new job with the same payload, due at once."""
    show_new_job(rerun_job(job_id=find_job(job), payload=None, actor=actor()), follow=follow)
