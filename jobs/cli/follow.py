"""Watch one job until it has ended; bar and log are on standard error, standard output is for the job."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import click
from django.db import InterfaceError, OperationalError, connection
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from jobs import queries
from jobs.cli.details import print_job
from jobs.cli.log_lines import log_line, stored_lines
from jobs.cli.output import console
from jobs.cli.text import printable
from jobs.models import Job
from jobs.shapes import LIST_COLUMNS, listed_job
from jobs.states import TERMINAL, State
from scheduler_project.errors import NotFound, Problem

LOOK_EVERY_SECONDS = 0.2
# A job outlives a restart of the database, so watching it does, too.
DATABASE_PATIENCE_SECONDS = 60
STATUS = {State.SUCCEEDED: 0, State.FAILED: 1, State.TERMINATED: 2}


def show_new_job(job_id: uuid.UUID, *, follow: bool) -> None:
    """With `follow` the command ends with the job, and its exit status tells how."""
    state = _watch(job_id) if follow else None
    print_job(job_id)
    if state is not None:
        click.get_current_context().exit(STATUS[state])


def _watch(job_id: uuid.UUID) -> State:
    state, note = (TextColumn(text, markup=False) for text in ("{task.description}", "{task.fields[note]}"))
    columns = (state, BarColumn(), TaskProgressColumn(), TimeElapsedColumn(), note)
    try:
        with Progress(*columns, console=console(stderr=True)) as bar:
            task, seen = bar.add_task("", total=100, note=""), 0
            for job in looks(job_id):
                bar.update(
                    task, description=job["state"], completed=job["completion_percentage"], note=_note(job)
                )
                for line in stored_lines(job_id, after=seen) if job["log_lines"] > seen else ():
                    seen = line["n"]
                    bar.console.print(log_line(line), soft_wrap=True)
    except KeyboardInterrupt:
        click.echo(f"No longer watching; the job goes on: {job_id}", err=True)
        raise
    return State(job["state"])


def looks(job_id: uuid.UUID) -> Iterator[dict[str, Any]]:
    """The job (as lists show it, with `log_lines`) five times a second; the last one has ended."""
    away_since: float | None = None
    while True:
        try:
            job = _look(job_id)
        except (OperationalError, InterfaceError):
            now = time.monotonic()
            away_since = now if away_since is None else away_since
            if now - away_since > DATABASE_PATIENCE_SECONDS:
                raise
            connection.close()
        else:
            away_since = None
            yield job
            if job["state"] in TERMINAL:
                return
        pause(LOOK_EVERY_SECONDS)


def pause(seconds: float) -> None:
    time.sleep(seconds)


def _look(job_id: uuid.UUID) -> dict[str, Any]:
    row = Job.objects.filter(pk=job_id).values(*LIST_COLUMNS, "log_lines").first()
    if row is None:
        raise NotFound(Problem("not_found", f"There is no job {job_id} any more.", "job_id"))
    job = listed_job(row, facts=queries.facts())
    return job | {"log_lines": row["log_lines"]}


def _note(job: Mapping[str, Any]) -> str:
    return printable(job["waiting_reason"] or job["progress_message"])
