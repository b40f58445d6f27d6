"""Why a job is not running yet: one sentence, computed from the very columns the dispatcher reads (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from jobs.states import State

# Hints handed to the broker but not yet taken, a queue: enough to keep hundreds of workers busy between two
# turns of a dispatcher, few enough that an urgent job overtakes all others.
HINTS_AHEAD = 64


@dataclass(frozen=True, slots=True)
class Facts:
    """What a sentence about waiting needs to know besides the job's row.

    `served_queues`: those some live worker consumes. `slots`: (busy, all) of templates with maxConcurrent.
    `ahead`: how many jobs of each queue are handed over already.
    """

    now: datetime
    served_queues: frozenset[str] = frozenset()
    slots: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    ahead: Mapping[str, int] = field(default_factory=dict)


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
    return _not_handed_over(row, facts)


def _starts_later(row: Mapping[str, Any]) -> str:
    when = _shown(row["start_time"])
    if row["attempt"] and row["reason"]:
        return f"attempt {row['attempt'] + 1} starts at {when}, after attempt {row['attempt']} failed"
    return f"starts at {when}"


def _not_handed_over(row: Mapping[str, Any], facts: Facts) -> str:
    """In the order in which the dispatcher's claim passes jobs over."""
    if row["withdrawals"] and row["claim_at"] > facts.now:
        return f"a worker had no handler for it; offered again at {_shown(row['claim_at'])}"
    busy, slots = facts.slots.get(row["template_id"], (0, 1)) if row["limited"] else (0, 1)
    if busy >= slots:
        return f"{busy} of {slots} slots of this template are busy"
    ahead = facts.ahead.get(row["queue"], 0)
    if ahead >= HINTS_AHEAD:
        return f"{ahead} jobs of queue {row['queue']} are ahead, waiting for free workers"
    return "due, about to be handed to a worker"


def _shown(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
