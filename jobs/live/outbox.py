"""Reads numbered job events from Postgres as websocket frames, for the relay to send and for hubs to backfill."""

from __future__ import annotations

from jobs.live.frames import Batch, frame
from jobs.read import queries, records


def next_batch(after: int, *, limit: int) -> Batch | None:
    """Returns the frames of the first `limit` events with numbers above `after`; None if there is no such event.

    A batch without frames is returned, too: without it receivers would take its event numbers for lost events.
    """
    events = records.events_after(after, limit=limit)
    if not events:
        return None
    facts = queries.waiting_facts()
    frames = [made for event in events if (made := frame(event, facts=facts))]
    return Batch(after, events[-1]["seq"], frames)
