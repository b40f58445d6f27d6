"""Reads the audit trail: its entries, merged with what job events tell that people and programs did.

Each of the two is read from a place of its own and merged by time, newest first. Entries are found by an index. Events
are walked by their ids, and their filters have no index, so a page ends after a while and says which time it reached.
"""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

from jobs.read.audit_entries import Entries
from jobs.read.audit_events import Events
from jobs.read.audit_filter import AuditFilter, AuditRow

SECONDS = 1.0


class Place(NamedTuple):
    """Says how far a reader came: newer ones are the entries from this time and id on, and the events from this id."""

    at: datetime
    entry_id: uuid.UUID
    event_id: int


FIRST = Place(datetime(1, 1, 1, tzinfo=UTC), uuid.UUID(int=0), 0)
LAST = Place(datetime(9999, 1, 1, tzinfo=UTC), uuid.UUID(int=2**128 - 1), 2**63 - 1)


class AuditPage(NamedTuple):
    """Holds rows in the order in which they were read, and the place beyond the last one.

    `is_end`: nothing is beyond it. `searched_until`: the page ended early, and this is the time that it reached.
    """

    rows: list[AuditRow]
    end: Place
    is_end: bool
    searched_until: datetime | None = None


class _Source(Protocol):
    """Is what rows of one kind are read from. `reached`: no row that is not read yet is on this side of that time."""

    is_end: bool
    reached: datetime | None

    def peek(self, deadline: float | None) -> AuditRow | None: ...

    def take(self) -> AuditRow: ...


def read_page(
    choice: AuditFilter, place: Place, *, limit: int, forth: bool = False, seconds: float | None = SECONDS
) -> AuditPage:
    """Returns up to `limit` rows beyond `place`: older ones, newest first, or with `forth` newer ones, oldest first.

    Without a bound on the seconds, the page is full unless nothing is left.
    """
    deadline = None if seconds is None else time.monotonic() + seconds
    entries = Entries(choice, (place.at, place.entry_id), limit, forth=forth)
    events = Events(choice, place.event_id, limit, forth=forth)
    rows: list[AuditRow] = []
    while len(rows) < limit and (source := _nearer(entries, events, deadline, forth=forth)):
        rows.append(source.take())
    more = _nearer(entries, events, deadline, forth=forth) is not None
    cut = None if more or events.is_end else events.reached
    return AuditPage(rows, Place(*entries.place, events.place), not more and events.is_end, cut)


def _nearer(entries: _Source, events: _Source, deadline: float | None, *, forth: bool) -> _Source | None:
    """Returns from where the next row comes; None if neither has one, or the events before it are not read yet."""
    event, entry = events.peek(deadline), entries.peek(deadline)
    if event is not None and (entry is None or (event.at < entry.at if forth else event.at > entry.at)):
        return events
    if entry is None:
        return None
    if event is None and not events.is_end:
        is_reached = events.reached is not None and (
            entry.at <= events.reached if forth else entry.at >= events.reached
        )
        return entries if is_reached else None
    return entries
