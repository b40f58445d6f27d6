"""Defines what two dispatcher loops repeat: work on operations on many jobs, and resume series whose pause is over."""

from __future__ import annotations

from jobs.services import operation_work
from jobs.services.series_resuming import resume_due_series

POLL_SECONDS = 1.0


def work_on_operations() -> float:
    """Works on one batch of an operation on many jobs; returns the seconds to sleep, 0.0 if there was a batch."""
    return 0.0 if operation_work.work_on_next_part() else POLL_SECONDS


def resume_series() -> float:
    """Activates the paused series (recurring jobs) whose pause is over; returns the seconds to sleep."""
    resume_due_series()
    return POLL_SECONDS
