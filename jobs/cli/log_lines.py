"""A job's log, line by line."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from jobs.cli.text import printable
from jobs.read import queries

LINES_AT_ONCE = 1000


def stored_lines(job_id: uuid.UUID, *, after: int) -> Iterator[dict[str, Any]]:
    """Those stored by now with numbers above `after`."""
    while lines := queries.log_lines(job_id, after=after, limit=LINES_AT_ONCE):
        yield from lines
        after = lines[-1]["n"]


def log_line(line: Mapping[str, Any]) -> str:
    return printable(f"{line['time'][:19]}Z {line['level']:<7} {line['text']}")
