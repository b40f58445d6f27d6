"""Defines `jobs rerun ID`: creates a new job with the type and payload of an earlier one."""

from __future__ import annotations

import click

from jobs.cli.actors import current_actor
from jobs.cli.follow import show_new_job
from jobs.cli.ids import find_job
from jobs.cli.once import idempotency_option, submit
from jobs.cli.options import EXIT_STATUS, common_options, refuse_lone_timeout, timeout_option
from jobs.services.control import build_rerun


@click.command("rerun", epilog=EXIT_STATUS)
@click.argument("job", metavar="ID")
@idempotency_option
@click.option("--follow", is_flag=True, help="Show progress and log until the new job has ended.")
@timeout_option("With --follow: so long at most.")
@common_options
def command(job: str, key: str | None, follow: bool, timeout: float | None) -> None:
    """Run a job again: a new job with the same payload, due at once."""
    refuse_lone_timeout(timeout, follow=follow)
    job_id = find_job(job)
    actor = current_actor()
    again = build_rerun(job_id=job_id, payload=None, actor=actor)
    new = submit(again, actor=actor, key=key, typed={"rerun_of": str(job_id)})
    show_new_job(new, follow=follow, timeout=timeout)
