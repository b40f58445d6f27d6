"""Why a job is not running yet: one sentence, computed from the very columns the dispatcher reads (pure)."""

from __future__ import annotations

from datetime import UTC, datetime

from jobs.states import State


def waiting_reason(
    *,
    state: State,
    start_time: datetime,
    queue: str,
    attempt: int,
    reason: str | None,
    served_queues: frozenset[str],
    now: datetime,
) -> str | None:
    """None once the job runs or has ended. `served_queues`: those some live worker consumes."""
    if state not in (State.SCHEDULED, State.QUEUED):
        return None
    if start_time > now:
        when = start_time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        if attempt and reason:
            return f"attempt {attempt + 1} starts at {when}, after attempt {attempt} failed"
        return f"starts at {when}"
    if queue not in served_queues:
        return f"no worker serves queue {queue}"
    if state == State.QUEUED:
        return f"waiting for a free worker of queue {queue}"
    return "due, about to be handed to a worker"
