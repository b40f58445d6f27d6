"""Reads a job's log from the database in pages, and formats its lines for the terminal."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from jobs.cli.output import printable
from jobs.read import records

LINES_PER_QUERY = 1000


def stored_lines(job_id: uuid.UUID, *, after: int) -> Iterator[dict[str, Any]]:
    """Yields the lines of the job's log with numbers above `after` that are in the database by now."""
    while lines := records.log_lines(job_id, after=after, limit=LINES_PER_QUERY):
        yield from lines
        after = lines[-1]["n"]


def log_line(line: Mapping[str, Any]) -> str:
    """Returns a line of a job's log as text for the terminal: time, level and message."""
    return printable(f"{line['time'][:19]}Z {line['level']:<7} {line['text']}")
