"""Names the states of jobs, series and operations, and the kinds of events (diagram: docs/internals/states.md)."""

from __future__ import annotations

import enum


class State(enum.StrEnum):
    """The state of a job; those of TERMINAL never change."""

    SCHEDULED = "scheduled"
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TERMINATED = "terminated"


LIVE = (State.SCHEDULED, State.QUEUED, State.RUNNING)
WAITING = (State.SCHEDULED, State.QUEUED)
TERMINAL = (State.SUCCEEDED, State.FAILED, State.TERMINATED)


class Reason(enum.StrEnum):
    """Why a job failed."""

    ERROR = "error"
    TIMEOUT = "timeout"
    WORKER_LOST = "worker_lost"
    HANDLER_NOT_FOUND = "handler_not_found"


class EventKind(enum.StrEnum):
    """The kind of an event. Each row of `jobs_jobevent` is one change of one job."""

    CREATED = "job_created"
    QUEUED = "job_queued"
    WITHDRAWN = "job_withdrawn"
    STARTED = "job_started"
    PROGRESS = "job_progress"
    LOG = "job_log"
    CHANGED = "job_changed"
    RETRY = "job_retry_scheduled"
    TERMINATE_REQUESTED = "terminate_requested"
    TERMINATE_STEP = "terminate_step"
    TERMINATED = "job_terminated"


class SeriesState(enum.StrEnum):
    """The state of a series; one that has ended has had its last run."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class OperationKind(enum.StrEnum):
    """What an operation does with its jobs."""

    TERMINATE = "terminate"
    RERUN = "rerun"


class OperationState(enum.StrEnum):
    """The state of an operation on many jobs."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
