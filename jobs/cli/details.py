"""Prints one job with all its fields, as text or JSON, for the jobs commands."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from foundation.strict_json import dump_json
from jobs.cli.actors import current_visibility
from jobs.cli.options import wants_json
from jobs.cli.output import COLOURS, console, format_time, print_json, printable
from jobs.read import queries, records
from jobs.states import EventKind


def print_job(job_id: uuid.UUID, *, history: bool = False) -> None:
    """Prints a job: as JSON with `--json`, else as text, with `history` followed by its events. Raises NotFound."""
    job = queries.job_as_json(job_id, visibility=current_visibility())
    if wants_json():
        print_json(job)
        return
    out = console()
    out.print(_build_grid(job))
    if history:
        _print_history(out, job_id, is_hidden=job["hidden"])


def _build_grid(job: Mapping[str, Any]) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row("job", f"{job['job_id']}  {job['job_type']} (version {job['template_version']})")
    grid.add_row("state", Text(_describe_state(job), style=COLOURS[job["state"]]))
    for name, value in _rows(job):
        if value:
            grid.add_row(name, printable(value))
    return grid


def _describe_state(job: Mapping[str, Any]) -> str:
    notes = [job["reason"], job["waiting_reason"]]
    if job["state"] == "running" and job["terminate_requested_at"]:
        notes.append("a stop is under way")
    return ", ".join([job["state"], *(note for note in notes if note)])


def _rows(job: Mapping[str, Any]) -> list[tuple[str, str]]:
    error = job["error"]
    return [
        ("progress", f"{job['completion_percentage']} %  {job['progress_message'] or ''}".rstrip()),
        ("created", f"{format_time(job['created_at'])} by {job['created_by']}"),
        ("due", format_time(job["start_time"])),
        ("started", format_time(job["started_at"])),
        ("ended", format_time(job["terminated_at"])),
        ("attempt", f"{job['attempt']} of {job['max_attempts']}" if job["attempt"] else ""),
        ("queue", f"{job['queue']}, priority {job['priority']}"),
        ("worker", job["worker"] or ""),
        ("series", job["series"] or ""),
        ("re-run of", job["rerun_of"] or ""),
        ("payload", "hidden: you may only see that it ran" if job["hidden"] else _pretty(job["payload"])),
        ("result", "" if job["result"] is None else _pretty(job["result"])),
        ("", _describe_truncation(job["result_truncated"])),
        ("error", f"{error['type']}: {error['message']}\n{error['traceback']}".rstrip() if error else ""),
    ]


def _describe_truncation(truncated: Mapping[str, int] | None) -> str:
    return f"The result has {truncated['bytes']:,} bytes; only its beginning was kept." if truncated else ""


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _print_history(out: Console, job_id: uuid.UUID, *, is_hidden: bool) -> None:
    table = Table("time", "event", "by", "detail", box=None, header_style="dim", padding=(0, 2, 0, 0))
    for event in records.job_history(job_id):
        if event.kind != EventKind.PROGRESS:
            detail = dump_json(event.detail).decode() if event.detail and not is_hidden else ""
            table.add_row(format_time(event.at), event.kind, printable(event.actor), printable(detail))
    out.print()
    out.print(table)
