"""Turns event rows into the frames that websockets send: the type of notification, and its JSON, encoded once."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property
from typing import Any, NamedTuple

from foundation.shared_text import SharedText
from foundation.strict_json import dump_json
from jobs.read.shapes import job_at_event
from jobs.read.waiting import WaitingFacts
from jobs.states import EventKind, State


class Frame(NamedTuple):
    """Holds one event as browsers get it: `text` is its JSON, the other fields are for the filters of sockets."""

    seq: int
    kind: str
    job_type: str
    job_id: str
    text: str


class Frames(list[Frame]):
    """Holds the frames that all sockets of a web process get at the same moment."""

    @cached_property
    def texts(self) -> list[str]:
        """Returns the frames for sockets without filters. Computed once, as most sockets have none."""
        return [frame.text for frame in self if frame.kind != EventKind.LOG]


class Batch(NamedTuple):
    """Holds the frames of all events with numbers above `after`, up to `upto`, so that a receiver can detect a gap."""

    after: int
    upto: int
    frames: list[Frame]


SYNC = "sync"
_OWN_NOTIFICATION = {
    EventKind.CREATED,
    EventKind.STARTED,
    EventKind.PROGRESS,
    EventKind.TERMINATED,
    EventKind.LOG,
}


def notification_type(kind: str) -> str:
    """Returns the notification type of an event kind; kinds without one of their own (a retry) are `job_progress`."""
    return kind if kind in _OWN_NOTIFICATION else EventKind.PROGRESS


def event_body(event: dict[str, Any], *, facts: WaitingFacts) -> dict[str, Any]:
    """Returns `{"notification_type", "seq", "data"}` for one row of `queries.events_after`."""
    kind = notification_type(event["kind"])
    data = job_at_event(event["job"], event["snapshot"], facts=facts)
    if kind == EventKind.LOG:
        lines = event["lines"]
        data |= {"lines": lines, "next": lines[-1]["n"] if lines else 0}
    return {"notification_type": kind, "seq": event["seq"], "data": data}


def frame(event: dict[str, Any], *, facts: WaitingFacts) -> Frame | None:
    """Returns the frame of an event; None if the job was queued and has moved on, which browsers need not know."""
    if event["kind"] == EventKind.QUEUED and event["job"]["state"] != State.QUEUED:
        return None
    body = event_body(event, facts=facts)
    data = body["data"]
    return Frame(event["seq"], body["notification_type"], data["job_type"], data["job_id"], _text(body))


def sync_frame(seq: int, *, live: bool) -> Frame:
    """Returns the `sync` frame: a client that has read less than `seq` missed events. `live`: more frames will come."""
    body = {"notification_type": SYNC, "seq": seq, "data": {"server_time": datetime.now(UTC), "live": live}}
    return Frame(seq, SYNC, "", "", _text(body))


def _text(body: dict[str, Any]) -> SharedText:
    return SharedText(dump_json(body).decode())
