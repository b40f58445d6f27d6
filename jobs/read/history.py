"""Derives what a job was like right after one of its events, from the event and the job's row as it is now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jobs.states import EventKind, State

_TIMES = ("start_time", "started_at", "terminate_requested_at")
_STATES = {
    EventKind.CREATED: State.SCHEDULED,
    EventKind.QUEUED: State.QUEUED,
    EventKind.WITHDRAWN: State.SCHEDULED,
    EventKind.CHANGED: State.SCHEDULED,
    EventKind.RETRY: State.SCHEDULED,
}


def fields_at(event: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the fields of the job that the event left with other values than `row`, the job's row now, may have.

    `event` has the columns of JobEvent. Its snapshot holds only what its kind does not say: transitions/statement.py.
    """
    if event["kind"] == EventKind.TERMINATED:
        return {}  # the row of an ended job never changes
    has_just_started = event["kind"] == EventKind.STARTED
    fields = {
        "state": _STATES.get(event["kind"], State.RUNNING).value,
        "reason": None,
        "start_time": row["created_at"],
        "started_at": event["at"] if has_just_started else None,
        "terminated_at": None,
        "completion_percentage": 0,
        "progress_message": "",
        "error": None,
        "attempt": event["attempt"],
        "worker": event["actor"] if has_just_started else None,
        "terminate_requested_at": None,
        "version": event["version"],
    } | (event["snapshot"] or {})
    for name in _TIMES:
        if isinstance(fields[name], str):
            fields[name] = datetime.fromisoformat(fields[name])
    return fields
