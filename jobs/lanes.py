"""Defines lanes, by which due jobs are claimed, and the messages that tell dispatchers in which lanes jobs are due."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# Postgres refuses a NOTIFY with 8,000 bytes or more.
MAX_WAKEUP_BYTES = 7999
MAX_PRIORITY = 9


class Lane(NamedTuple):
    """Names the scheduled jobs of one queue, priority and template; the job that has been due for longest comes first.

    `limited`: the template has maxConcurrent, so that each job also needs one of the template's slots.
    """

    queue: str
    limited: bool
    priority: int
    job_type: str


def find_first_due(jobs: Iterable[tuple[Lane, datetime]]) -> dict[Lane, datetime]:
    """Returns, for each lane, the earliest of the times at which its jobs are due."""
    first: dict[Lane, datetime] = {}
    for lane, at in jobs:
        first[lane] = min(at, first.get(lane, at))
    return first


def encode_wakeup(due: Mapping[Lane, datetime] | None) -> str:
    """Returns the text of a wake-up: in which lanes jobs are due from when on; empty if it is None or too long."""
    if due is None:
        return ""
    text = json.dumps([[*lane, (at - _EPOCH) // _MICROSECOND] for lane, at in due.items()])
    return text if len(text) <= MAX_WAKEUP_BYTES else ""


def decode_wakeup(text: str) -> dict[Lane, datetime] | None:
    """Returns what `encode_wakeup` was given; None if the text is empty or has another form: anybody may send one."""
    try:
        rows = json.loads(text)
        return {Lane(*row[:-1]): _EPOCH + row[-1] * _MICROSECOND for row in rows if _is_valid(*row)}
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None


def _is_valid(queue: object, limited: object, priority: object, job_type: object, at: object) -> bool:
    """Returns True if a lane and its time have the right types. Raises ValueError if they do not."""
    are_texts = all(isinstance(text, str) and "\0" not in text for text in (queue, job_type))
    if not (are_texts and isinstance(limited, bool) and type(priority) is int and type(at) is int):
        raise ValueError("This wake-up has another form.")
    if not 0 <= priority <= MAX_PRIORITY:
        raise ValueError("This priority does not exist.")
    return True
