"""Turns job events into websocket frames: the notification type, and the JSON text, encoded once for all websockets."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, NamedTuple

from foundation.shared_text import SharedText
from foundation.strict_json import dump_json
from jobs.read.shapes import job_at_event
from jobs.read.visibility import EVERYTHING, Visibility, hide_contents
from jobs.read.waiting import WaitingFacts
from jobs.states import EventKind, State

SYNC = "sync"


class Frame(NamedTuple):
    """Holds the websocket frame of one job event: `text` is its JSON, the other fields are for filters and rights.

    `author` is the job's `created_by`.
    """

    seq: int
    kind: str
    job_type: str
    job_id: str
    text: str
    author: str = ""


class Frames(list[Frame]):
    """Holds the event frames that all websockets of a web process get at the same moment."""

    @cached_property
    def texts(self) -> list[str]:
        """Returns the JSON texts for websockets without filters, which get no log events; computed once for all."""
        return [frame.text for frame in self if frame.kind != EventKind.LOG]

    @cached_property
    def _hidden_texts(self) -> dict[int, str]:
        return {}

    def text_for(self, frame: Frame, visibility: Visibility) -> str | None:
        """Returns the text of a frame for a reader; None if it does not get the frame.

        Of a job that it may only see, the contents are left out, and log lines do not come at all.
        """
        if frame.kind == SYNC:
            return frame.text
        if not visibility.sees(frame.job_type):
            return None
        if not visibility.hides(frame.job_type, frame.author):
            return frame.text
        if frame.kind == EventKind.LOG:
            return None
        if frame.seq not in self._hidden_texts:
            body = json.loads(frame.text)
            self._hidden_texts[frame.seq] = _text({**body, "data": hide_contents(body["data"])})
        return self._hidden_texts[frame.seq]


class Batch(NamedTuple):
    """Holds the frames of all events numbered above `after` and up to `upto`, so that a receiver can detect a gap."""

    after: int
    upto: int
    frames: list[Frame]


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


def may_get_event(event: dict[str, Any], visibility: Visibility) -> bool:
    """Returns whether a reader gets this event at all: of a job it sees, and log lines only of a job it reads."""
    row = event["job"]
    if event["kind"] == EventKind.LOG and visibility.hides(row["template_id"], row["created_by"]):
        return False
    return visibility.sees(row["template_id"])


def event_body(
    event: dict[str, Any], *, facts: WaitingFacts, visibility: Visibility = EVERYTHING
) -> dict[str, Any]:
    """Returns `{"notification_type", "seq", "data"}`, as clients get it, for one row of `records.events_after`."""
    kind = notification_type(event["kind"])
    data = job_at_event(event, facts=facts, visibility=visibility)
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
    return Frame(
        event["seq"],
        body["notification_type"],
        data["job_type"],
        data["job_id"],
        _text(body),
        data["created_by"],
    )


def sync_frame(seq: int, *, live: bool) -> Frame:
    """Returns a `sync` frame: a client whose last event is below `seq` missed some. `live`: more frames will come."""
    body = {"notification_type": SYNC, "seq": seq, "data": {"server_time": datetime.now(UTC), "live": live}}
    return Frame(seq, SYNC, "", "", _text(body))


def _text(body: dict[str, Any]) -> SharedText:
    return SharedText(dump_json(body).decode())
