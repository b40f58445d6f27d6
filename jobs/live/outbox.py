"""The next numbered events from Postgres, ready for browsers: what the relay sends and what a hub makes good."""

from __future__ import annotations

from jobs.live.frames import Batch, frame
from jobs.read import queries


def next_batch(after: int, *, limit: int) -> Batch | None:
    """The frames of the first `limit` events numbered above `after`; None if there is no such event.

    Also without frames a batch is one: a receiver would take numbers that it never heard of for lost ones.
    """
    events = queries.events_after(after, limit=limit)
    if not events:
        return None
    facts = queries.waiting_facts()
    frames = [made for event in events if (made := frame(event, facts=facts))]
    return Batch(after, events[-1]["seq"], frames)
