"""Defines `jobs create TYPE [FIELD=VALUE]...`: creates a job, and with `--follow` watches it until it has ended."""

from __future__ import annotations

import click

from jobs.cli.actors import current_actor
from jobs.cli.fields import read_payload
from jobs.cli.follow import show_new_job
from jobs.cli.once import idempotency_option, submit
from jobs.cli.options import (
    EXIT_STATUS,
    TEXT,
    check_number,
    common_options,
    refuse_lone_timeout,
    timeout_option,
)
from jobs.read.filters import read_time
from jobs.services.preparing import MAX_DELAY_SECONDS, Submission
from templates_app import queries as templates
from templates_app.access import get_seen_template


@click.command("create", epilog=EXIT_STATUS)
@click.argument("job_type", metavar="TYPE")
@click.argument("words", metavar="[FIELD=VALUE]...", nargs=-1)
@click.option(
    "--payload",
    metavar="JSON|@FILE",
    type=TEXT,
    help="The payload as JSON; @- reads standard input. FIELD=VALUE goes before it.",
)
@click.option(
    "--in", "start_in", metavar="SECONDS", type=click.FloatRange(0, MAX_DELAY_SECONDS), callback=check_number,
    help="The job is due this many seconds from now; default: the template's own delay.",
)  # fmt: skip
@click.option(
    "--at", "start_at", metavar="TIME", type=TEXT, help="When the job is due, such as 2026-01-31T12:00:00Z."
)
@click.option("--priority", type=click.IntRange(0, 9), help="Higher goes first; default: the template's own.")
@idempotency_option
@click.option("--follow", is_flag=True, help="Show progress and log until the job has ended.")
@timeout_option("With --follow: so long at most.")
@common_options
def command(
    job_type: str,
    words: tuple[str, ...],
    payload: str | None,
    start_in: float | None,
    start_at: str | None,
    priority: int | None,
    key: str | None,
    follow: bool,
    timeout: float | None,
) -> None:
    """Create a job of TYPE.

    A VALUE is read by the field's type: filter=likes,location_history (or the field twice) for a list,
    true or false for yes and no. Fields left out take the template's default.
    """
    refuse_lone_timeout(timeout, follow=follow)
    actor = current_actor()
    template = get_seen_template(actor, job_type)
    schema = templates.version_spec(template.type, template.version).compiled.json_schema
    submission = Submission(
        job_type=job_type,
        payload=read_payload(payload, words, schema),
        start_in_seconds=start_in,
        start_at=read_time(start_at, "start_at"),
        priority=priority,
    )
    typed = {
        "job_type": job_type,
        "payload": submission.payload,
        "start_in_seconds": start_in,
        "start_at": start_at,
        "priority": priority,
    }
    show_new_job(submit(submission, actor=actor, key=key, typed=typed), follow=follow, timeout=timeout)
