"""Turns job events into websocket frames: the notification type, and the JSON text, encoded once for all websockets."""

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
    """Holds the websocket frame of one job event: `text` is its JSON, the other fields are for the clients' filters."""

    seq: int
    kind: str
    job_type: str
    job_id: str
    text: str


class Frames(list[Frame]):
    """Holds the event frames that all websockets of a web process get at the same moment."""

    @cached_property
    def texts(self) -> list[str]:
        """Returns the JSON texts for websockets without filters, which get no log events; computed once for all."""
        return [frame.text for frame in self if frame.kind != EventKind.LOG]


class Batch(NamedTuple):
    """Holds the frames of all events numbered above `after` and up to `upto`, so that a receiver can detect a gap."""

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
    """Returns the notification type for an event kind: `job_progress` for kinds without one of their own (a retry)."""
    return kind if kind in _OWN_NOTIFICATION else EventKind.PROGRESS


def event_body(event: dict[str, Any], *, facts: WaitingFacts) -> dict[str, Any]:
    """Returns `{"notification_type", "seq", "data"}`, as clients get it, for one row of `records.events_after`."""
    kind = notification_type(event["kind"])
    data = job_at_event(event, facts=facts)
    if kind == EventKind.LOG:
        lines = event["lines"]
        data |= {"lines": lines, "next": lines[-1]["n"] if lines else 0}
    return {"notification_type": kind, "seq": event["seq"], "data": data}


def frame(event: dict[str, Any], *, facts: WaitingFacts) -> Frame | None:
    """Returns an event's websocket frame; None (send nothing) if a job was queued that has since left the queue."""
    if event["kind"] == EventKind.QUEUED and event["job"]["state"] != State.QUEUED:
        return None
    body = event_body(event, facts=facts)
    data = body["data"]
    return Frame(event["seq"], body["notification_type"], data["job_type"], data["job_id"], _text(body))


def sync_frame(seq: int, *, live: bool) -> Frame:
    """Returns a `sync` frame: a client whose last event is below `seq` missed some. `live`: more frames will come."""
    body = {"notification_type": SYNC, "seq": seq, "data": {"server_time": datetime.now(UTC), "live": live}}
    return Frame(seq, SYNC, "", "", _text(body))


def _text(body: dict[str, Any]) -> SharedText:
    return SharedText(dump_json(body).decode())
