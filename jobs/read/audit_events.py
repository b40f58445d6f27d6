"""Reads the job events of people and programs as rows of the audit trail, by walking all events in steps.

Ids of events rise with time, but for the moment between two transactions. Events of the platform itself came through no
door (`via` is null) and are passed over. An index for the others would make each event dearer to write.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from jobs.read.audit_event_rows import as_rows
from jobs.read.audit_filter import AuditFilter, AuditRow
from jobs.states import EventKind

# How many ids a step covers.
STEP = 20_000
# How much earlier an event may have been written than one with a lower id.
SLACK = timedelta(minutes=1)
_ACTION = f"""CASE
    WHEN event.kind = '{EventKind.CREATED}' AND event.detail ? 'rerun_of' THEN 'job_rerun'
    WHEN event.kind = '{EventKind.TERMINATE_REQUESTED}' THEN 'stop_requested'
    WHEN event.kind = '{EventKind.PROGRESS}' THEN 'progress_reported'
    WHEN event.kind = '{EventKind.CHANGED}' AND event.detail ->> 'change' = 'run_now' THEN 'job_run_now'
    ELSE event.kind END"""
_SELECT = f"""SELECT event.id, event.at, event.job_id, event.actor, event.address, event.via, {_ACTION} AS action,
        event.detail::text, CASE WHEN event.kind = '{EventKind.PROGRESS}' THEN event.snapshot::text END
    FROM jobs_event AS event
    WHERE event.id BETWEEN %(low)s AND %(high)s AND event.via IS NOT NULL
        AND (%(job_id)s::uuid IS NULL OR event.job_id = %(job_id)s::uuid)
        AND (%(actor)s = '' OR event.actor = %(actor)s) AND (%(via)s = '' OR event.via = %(via)s)
        AND (%(action)s = '' OR {_ACTION} = %(action)s)
        AND (%(after)s::timestamptz IS NULL OR event.at >= %(after)s)
        AND (%(before)s::timestamptz IS NULL OR event.at < %(before)s)
    ORDER BY event.id {{order}} LIMIT %(limit)s"""  # noqa: S608 - constants
_AT_OR_BELOW = "SELECT id, at FROM jobs_event WHERE id <= %s ORDER BY id DESC LIMIT 1"
_AT_OR_ABOVE = "SELECT id, at FROM jobs_event WHERE id >= %s ORDER BY id LIMIT 1"


class Events:
    """Yields events with ids below a place, newest first, or with `forth` with ids from there on, oldest first."""

    def __init__(self, choice: AuditFilter, place: int, limit: int, *, forth: bool) -> None:
        self.place = place
        self.is_end = not choice.selects_events
        self.reached: datetime | None = None
        self._choice, self._limit, self._forth = choice, limit, forth
        self._walked: int | None = None  # the place that the steps have reached, beyond what is taken
        self._read: list[tuple[int, AuditRow]] = []

    def peek(self, deadline: float | None) -> AuditRow | None:
        """Returns the next event, which stays the next; None if none is left, or none was found by the deadline."""
        while not self._read and not self.is_end:
            if self.reached is not None and deadline is not None and time.monotonic() > deadline:
                return None
            self._step()
        return self._read[-1][1] if self._read else None

    def take(self) -> AuditRow:
        """Returns the next event and goes on beyond it."""
        event_id, row = self._read.pop()
        self.place, self.reached = event_id + self._forth, row.at
        if not self._read and self._walked is not None:
            self.place = self._walked
        return row

    def _step(self) -> None:
        """Reads the selected events among the next STEP ids."""
        first = self._first() if self._walked is None else self._walked - (not self._forth)
        found = _fetch(_AT_OR_ABOVE if self._forth else _AT_OR_BELOW, [first])
        if not found or self._is_past(found[0][1]):
            self.is_end = True
            return
        first, self.reached = found[0]
        last = first + STEP - 1 if self._forth else max(first - STEP + 1, 0)
        if self._choice.job_id is not None:
            last = 2**63 - 1 if self._forth else 0
        rows = _fetch(
            _SELECT.format(order="ASC" if self._forth else "DESC"),
            {**self._params(), "low": min(first, last), "high": max(first, last)},
        )
        if len(rows) == self._limit:
            last = rows[-1][0]
        elif self._choice.job_id is not None:
            self.is_end = True
        self._walked = last + self._forth
        if not rows:
            self.place = self._walked
        self._read = list(zip((row[0] for row in rows), as_rows(rows), strict=True))[::-1]

    def _first(self) -> int:
        """Returns the first id beyond the place, or that of about the time which bounds the events."""
        if self._forth:
            at = self._choice.after
            return self.place if at is None else max(self.place, _find_id(at - SLACK))
        at = self._choice.before
        return self.place - 1 if at is None else min(self.place - 1, _find_id(at + SLACK))

    def _is_past(self, at: datetime) -> bool:
        """Returns whether all events from here on are outside the times that are selected."""
        if self._forth:
            return self._choice.before is not None and at >= self._choice.before + SLACK
        return self._choice.after is not None and at < self._choice.after - SLACK

    def _params(self) -> dict[str, Any]:
        choice = self._choice
        names = ("job_id", "actor", "via", "action", "after", "before")
        return {name: getattr(choice, name) for name in names} | {"limit": self._limit}


def _find_id(at: datetime) -> int:
    """Returns the lowest id from which on events are about as new as this time, by halving."""
    ((high,),) = _fetch("SELECT last_value + 1 FROM jobs_event_id_seq")
    low = 0
    while low < high:
        middle = (low + high) // 2
        found = _fetch(_AT_OR_ABOVE, [middle])
        if found and found[0][1] < at:
            low = max(middle + 1, found[0][0])
        else:
            high = middle
    return low


def _fetch(sql: str, params: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
