"""From an event row to what a websocket shows: which notification it is, and its JSON, made once."""

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
    """One event as browsers get it: `text` is its JSON; the rest is what sockets are filtered by."""

    seq: int
    kind: str
    job_type: str
    job_id: str
    text: str


class EventBatch(list[Frame]):
    """Frames that a process's sockets get at one moment."""

    @cached_property
    def texts(self) -> list[str]:
        """What a socket without filters shows: most are such, so this is picked once for all of them."""
        return [frame.text for frame in self if frame.kind != EventKind.LOG]


class Batch(NamedTuple):
    """The frames of all events numbered above `after`, up to `upto`: a receiver sees whether it missed one."""

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
    """Which notification tells of an event. A change that has none of its own (a retry, a requested stop) comes
    as `job_progress`."""
    return kind if kind in _OWN_NOTIFICATION else EventKind.PROGRESS


def event_body(event: dict[str, Any], *, facts: WaitingFacts) -> dict[str, Any]:
    """`{"notification_type", "seq", "data"}` of one row of `queries.events_after`."""
    kind = notification_type(event["kind"])
    data = job_at_event(event["job"], event["snapshot"], facts=facts)
    if kind == EventKind.LOG:
        lines = event["lines"]
        data |= {"lines": lines, "next": lines[-1]["n"] if lines else 0}
    return {"notification_type": kind, "seq": event["seq"], "data": data}


def frame(event: dict[str, Any], *, facts: WaitingFacts) -> Frame | None:
    """None if no browser needs to know: that a job was queued is news only until it runs, which is mostly sooner."""
    if event["kind"] == EventKind.QUEUED and event["job"]["state"] != State.QUEUED:
        return None
    body = event_body(event, facts=facts)
    data = body["data"]
    return Frame(event["seq"], body["notification_type"], data["job_type"], data["job_id"], _text(body))


def sync_frame(seq: int, *, live: bool) -> Frame:
    """How far the events are numbered. Whoever has read less has missed something; `live`: whether more will come."""
    body = {"notification_type": SYNC, "seq": seq, "data": {"server_time": datetime.now(UTC), "live": live}}
    return Frame(seq, SYNC, "", "", _text(body))


def _text(body: dict[str, Any]) -> SharedText:
    return SharedText(dump_json(body).decode())
