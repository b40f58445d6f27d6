"""Explains in one sentence why a job is not running yet, from the columns by which dispatchers claim jobs. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from jobs.problems import Code
from jobs.states import State

# How many jobs of a queue are handed to the broker at most before they start, if their runs are so short that all start
# within a second. Enough to keep hundreds of workers busy between two rounds of a dispatcher.
MAX_QUEUED_PER_QUEUE = 64

# Problems of the platform during which no job reaches a worker, and what a waiting job says then.
_BROKER = {
    Code.BROKER_BLOCKED: "the broker takes no messages (short of memory or disk): the job starts when that is over",
    Code.BROKER_UNAVAILABLE: "the broker cannot be reached: the job is handed to a worker when it is back",
}
_NOT_HANDED_OVER = {
    Code.NO_DISPATCHER: "no dispatcher is running: due jobs are handed to workers when one runs again",
    **_BROKER,
    Code.DISPATCHING_STUCK: "the dispatchers are held up and hand no jobs to workers, mostly by a lock in the database",
}

# How long a due job waits for a worker that has its handler.
MAX_HANDLER_WAIT_SECONDS = 600
_FAILS = f"it fails after {MAX_HANDLER_WAIT_SECONDS // 60} minutes if none comes"


@dataclass(frozen=True, slots=True)
class WaitingFacts:
    """Holds what `waiting_reason` needs besides the row of the job.

    `served_queues`: the queues of live workers. `slots`: (busy, all) template slots of job types with maxConcurrent.
    `ahead`: how many jobs of each queue are handed to the broker and not started. `places`: (taken, all) worker slots
    of each queue; a job that is handed over takes one. `problems`: codes of the platform's problems. `job_types`: those
    that the workers of a queue have handlers for, for queues where all workers report that.
    """

    now: datetime
    served_queues: frozenset[str] = frozenset()
    slots: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    ahead: Mapping[str, int] = field(default_factory=dict)
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    problems: frozenset[str] = frozenset()
    job_types: Mapping[str, frozenset[str]] = field(default_factory=dict)


def waiting_reason(row: Mapping[str, Any], facts: WaitingFacts) -> str | None:
    """Returns a sentence that says why the job waits; None if the job is running or has ended."""
    if row["state"] not in (State.SCHEDULED, State.QUEUED):
        return None
    if row["start_time"] > facts.now:
        return _starts_later(row)
    if row["queue"] not in facts.served_queues:
        return f"no worker serves queue {row['queue']}"
    if row["template_id"] not in facts.job_types.get(row["queue"], {row["template_id"]}):
        return f"no worker of queue {row['queue']} has a handler for {row['template_id']}: {_FAILS}"
    reasons = _BROKER if row["state"] == State.QUEUED else _NOT_HANDED_OVER
    for code, reason in reasons.items():
        if code in facts.problems:
            return reason
    if row["state"] == State.QUEUED:
        return _handed_over(row, facts)
    return _not_handed_over(row, facts)


def _starts_later(row: Mapping[str, Any]) -> str:
    when = _format(row["start_time"])
    if row["attempt"] and row["reason"]:
        return f"attempt {row['attempt'] + 1} starts at {when}, after attempt {row['attempt']} failed"
    return f"starts at {when}"


def _handed_over(row: Mapping[str, Any], facts: WaitingFacts) -> str:
    """Explains why a queued job waits. Without a dispatcher, a lost dispatch message is not published again."""
    alone = "; no dispatcher is running" if Code.NO_DISPATCHER in facts.problems else ""
    return f"waiting for a free worker of queue {row['queue']}{alone}"


def _not_handed_over(row: Mapping[str, Any], facts: WaitingFacts) -> str:
    """Explains why a due job is not queued yet, by the checks of the dispatcher's claim in the same order."""
    if row["withdrawals"] and row["claim_at"] > facts.now:
        return f"a worker had no handler for it; offered again at {_format(row['claim_at'])}"
    busy, slots = facts.slots.get(row["template_id"], (0, 1)) if row["limited"] else (0, 1)
    if busy >= slots:
        return f"{busy} of {slots} slots of this template are busy"
    if facts.ahead.get(row["queue"], 0) >= MAX_QUEUED_PER_QUEUE:
        # Not how many: the reader may not see all of them.
        return f"other jobs of queue {row['queue']} are ahead, waiting for free workers"
    taken, places = facts.places.get(row["queue"], (0, 1))
    if taken >= places:
        return f"{places} of {places} slots of queue {row['queue']} are busy"
    return "due, about to be handed to a worker"


def _format(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
