"""Why a job is not running yet: one sentence, computed from the very columns the dispatcher reads (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from jobs.states import State


@dataclass(frozen=True, slots=True)
class Facts:
    """What a sentence about waiting needs to know besides the job's row.

    `served_queues`: those some live worker consumes. `slots`: (busy, all) of templates with maxConcurrent.
    """

    now: datetime
    served_queues: frozenset[str] = frozenset()
    slots: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def waiting_reason(row: Mapping[str, Any], facts: Facts) -> str | None:
    """None once the job runs or has ended."""
    if row["state"] not in (State.SCHEDULED, State.QUEUED):
        return None
    if row["start_time"] > facts.now:
        return _starts_later(row)
    if row["queue"] not in facts.served_queues:
        return f"no worker serves queue {row['queue']}"
    if row["state"] == State.QUEUED:
        return f"waiting for a free worker of queue {row['queue']}"
    busy, slots = facts.slots.get(row["template_id"], (0, 1))
    if busy >= slots:
        return f"{busy} of {slots} slots of this template are busy"
    return "due, about to be handed to a worker"


def _starts_later(row: Mapping[str, Any]) -> str:
    when = row["start_time"].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if row["attempt"] and row["reason"]:
        return f"attempt {row['attempt'] + 1} starts at {when}, after attempt {row['attempt']} failed"
    return f"starts at {when}"
