"""Defines `jobs terminate ID...`: stops jobs."""

from __future__ import annotations

from typing import Any

import click

from accounts.roles import Actor
from foundation.errors import AppError
from jobs.cli.actors import current_actor
from jobs.cli.ids import find_job
from jobs.cli.options import EXIT_STATUS, common_options, wants_json
from jobs.cli.output import print_json, printable
from jobs.cli.refusal import REFUSED
from jobs.services.control import StopResult, terminate_job

SENTENCES = {
    StopResult.TERMINATED: "terminated: it had not started",
    StopResult.REQUESTED: "running: it was asked to stop",
}


@click.command("terminate", epilog=EXIT_STATUS)
@click.argument("jobs", metavar="ID...", nargs=-1, required=True)
@common_options
def command(jobs: tuple[str, ...]) -> None:
    """Stop jobs: one that waits ends at once, one that runs is asked to stop.

    If one cannot be stopped, the others still are; the exit status is 4 then.
    """
    by = current_actor()
    results = [_terminate(job, by) for job in jobs]
    if wants_json():
        print_json({"results": results})
    if any("errors" in result for result in results):
        click.get_current_context().exit(REFUSED)


def _terminate(job: str, by: Actor) -> dict[str, Any]:
    try:
        job_id = find_job(job)
        result = terminate_job(job_id=job_id, actor=by)
    except AppError as exc:
        for problem in exc.problems:
            click.echo(printable(f"{job}: {problem.detail}"), err=True)
        return {"job_id": job, "errors": [problem.as_json() for problem in exc.problems]}
    if not wants_json():
        click.echo(f"{job_id} {SENTENCES[result]}")
    return {"job_id": str(job_id), "outcome": result}
