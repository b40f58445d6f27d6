"""Watches a job until it has ended: prints its progress and log to standard error, then the job to standard output."""

from __future__ import annotations

import math
import time
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import click
from django.db import Error as DatabaseError
from django.db import connection
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from foundation.database_errors import is_temporary
from foundation.errors import NotFound, Problem
from jobs.cli.actors import current_visibility
from jobs.cli.details import print_job
from jobs.cli.log_lines import log_line, stored_lines
from jobs.cli.output import console, printable
from jobs.cli.platform import print_problems
from jobs.models import Job
from jobs.read import queries
from jobs.read.shapes import LIST_COLUMNS, listed_job
from jobs.read.visibility import EVERYTHING, Visibility
from jobs.states import TERMINAL, State

POLL_SECONDS = 0.2
# Watching survives a restart of the database, as the job does.
MAX_DATABASE_OUTAGE_SECONDS = 60
STATUS = {State.SUCCEEDED: 0, State.FAILED: 1, State.TERMINATED: 2}
NOT_ENDED = 3


def show_new_job(job_id: uuid.UUID, *, follow: bool, timeout: float | None) -> None:
    """Prints a new job. With `follow`, watches the job before that, and exits with the exit status of its end."""
    print_problems()
    if follow:
        follow_job(job_id, timeout=timeout)
    else:
        print_job(job_id)


def follow_job(job_id: uuid.UUID, *, timeout: float | None) -> None:
    """Watches a job until it ends or `timeout` seconds are over, prints it, and exits with its state's exit status."""
    state = _watch(job_id, timeout)
    print_job(job_id)
    exit_with_state(job_id, state)


def exit_with_state(job_id: uuid.UUID, state: str) -> None:
    """Exits the command with the exit status that stands for the job's state, NOT_ENDED if the job goes on."""
    if state not in TERMINAL:
        click.echo(f"Not ended in time; the job goes on: {job_id}", err=True)
    click.get_current_context().exit(STATUS.get(State(state), NOT_ENDED))


def _watch(job_id: uuid.UUID, timeout: float | None) -> str:
    state, note = (TextColumn(text, markup=False) for text in ("{task.description}", "{task.fields[note]}"))
    columns = (state, BarColumn(), TaskProgressColumn(), TimeElapsedColumn(), note)
    try:
        with Progress(*columns, console=console(stderr=True)) as bar:
            task, seen = bar.add_task("", total=100, note=""), 0
            for job in poll_job(job_id, current_visibility(), timeout=timeout):
                bar.update(
                    task, description=job["state"], completed=job["completion_percentage"], note=_note(job)
                )
                for line in stored_lines(job_id, after=seen) if job["log_lines"] > seen else ():
                    seen = line["n"]
                    bar.console.print(log_line(line), soft_wrap=True)
    except KeyboardInterrupt:
        click.echo(f"No longer watching; the job goes on: {job_id}", err=True)
        raise
    return str(job["state"])


def poll_job(
    job_id: uuid.UUID, visibility: Visibility = EVERYTHING, *, timeout: float | None = None
) -> Iterator[dict[str, Any]]:
    """Yields a job every POLL_SECONDS, until it has ended or `timeout` seconds are over.

    It is as its reader sees it in lists, plus `log_lines`.

    Raises NotFound, and DatabaseError if the database is unavailable for more than MAX_DATABASE_OUTAGE_SECONDS.
    """
    away_since: float | None = None
    over = math.inf if timeout is None else time.monotonic() + timeout
    while True:
        try:
            job = _load_job(job_id, visibility)
        except DatabaseError as exc:
            if not is_temporary(exc):
                raise
            now = time.monotonic()
            away_since = now if away_since is None else away_since
            if now - away_since > MAX_DATABASE_OUTAGE_SECONDS:
                raise
            connection.close()
        else:
            away_since = None
            yield job
            if job["state"] in TERMINAL or time.monotonic() >= over:
                return
        pause(min(POLL_SECONDS, max(over - time.monotonic(), 0)))


def pause(seconds: float) -> None:
    """Sleeps. This is a function of its own so that tests can replace it."""
    time.sleep(seconds)


def _load_job(job_id: uuid.UUID, visibility: Visibility) -> dict[str, Any]:
    row = visibility.seen_of(Job.objects.filter(pk=job_id)).values(*LIST_COLUMNS, "log_lines").first()
    if row is None:
        raise NotFound(Problem("not_found", f"There is no job {job_id} any more.", "job_id"))
    job = listed_job(row, facts=queries.waiting_facts(), visibility=visibility)
    # The log of a job that the actor may only see is as empty to it.
    return job | {"log_lines": 0 if job["hidden"] else row["log_lines"]}


def _note(job: Mapping[str, Any]) -> str:
    return printable(job["waiting_reason"] or job["progress_message"] or "")
