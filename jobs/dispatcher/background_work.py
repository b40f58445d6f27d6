"""Defines the steps of two dispatcher loops: one works on operations, one resumes series whose pause is over."""

from __future__ import annotations

from jobs.services import operation_work
from jobs.services.series_resuming import resume_due_series

POLL_SECONDS = 1.0


def work_on_operations() -> float:
    """Does one part of an operation on many jobs; returns the seconds until there may be more."""
    return 0.0 if operation_work.work_on_next_part() else POLL_SECONDS


def resume_series() -> float:
    """Resumes series whose pause is over, even if it ended while no dispatcher ran; returns the seconds to sleep."""
    resume_due_series()
    return POLL_SECONDS
