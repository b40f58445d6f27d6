"""Defines `jobs list`: prints the newest jobs that pass the filters."""

from __future__ import annotations

from typing import Any

import click
from rich.table import Table
from rich.text import Text

from accounts.roles import Right
from jobs import ids
from jobs.cli.actors import current_visibility, require_right
from jobs.cli.options import EXIT_STATUS, TEXT, common_options, wants_json
from jobs.cli.output import COLOURS, console, format_time, print_json, printable
from jobs.cli.platform import print_problems
from jobs.models import Job
from jobs.read import queries, windows
from jobs.read.filters import JobFilter
from jobs.read.shapes import LIST_COLUMNS, listed_job
from jobs.states import State

MAX_JOBS = 1000
STATES = [state.value for state in State]


@click.command("list", epilog=EXIT_STATUS)
@click.option("--state", "states", multiple=True, type=click.Choice(STATES), help="Repeatable.")
@click.option("--type", "job_types", multiple=True, metavar="TYPE", type=TEXT, help="Repeatable.")
@click.option(
    "--search",
    metavar="TEXT",
    type=TEXT,
    help="An id or its beginning, or a part of the type's or the author's name.",
)
@click.option("--limit", type=click.IntRange(1, MAX_JOBS), default=20, show_default=True)
@common_options
def command(states: tuple[str, ...], job_types: tuple[str, ...], search: str | None, limit: int) -> None:
    """List jobs, newest first."""
    require_right(Right.SEE)
    wanted = JobFilter(states=states, job_types=job_types, search=(search or "").strip())
    since = windows.searched_since() if wanted.search else None
    visibility = current_visibility()
    jobs_seen = visibility.seen_of(wanted.apply(Job.objects.all(), since=since))
    rows, end = windows.newest_first(jobs_seen, LIST_COLUMNS, before=None, limit=limit + 1)
    since = ids.time_of(end) if end else since
    facts = queries.waiting_facts()
    jobs = [listed_job(row, facts=facts, visibility=visibility) for row in rows[:limit]]
    more = len(rows) > limit
    if wants_json():
        print_json({"results": jobs, "more": more})
    else:
        print_problems()
        console().print(_table(jobs))
        if since:
            click.echo(f"Searched jobs since {since:%Y-%m-%d}; there are older ones.", err=True)
        if more:
            click.echo(f"There are more; --limit shows up to {MAX_JOBS}, the API all of them.", err=True)


def _table(jobs: list[dict[str, Any]]) -> Table:
    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column("job", no_wrap=True, min_width=36)
    for name in ("type", "state", "progress", "due", "created", "by"):
        table.add_column(name, no_wrap=True, justify="right" if name == "progress" else "left")
    for job in jobs:
        table.add_row(
            job["job_id"],
            job["job_type"],
            Text(job["state"], style=COLOURS[job["state"]]),
            f"{job['completion_percentage']} %",
            format_time(job["start_time"]),
            format_time(job["created_at"]),
            printable(job["created_by"]),
        )
    return table
