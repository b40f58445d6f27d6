"""Names the states of jobs, series and operations, and the kinds of events (diagram: docs/internals/states.md)."""

from __future__ import annotations

import enum


class State(enum.StrEnum):
    """The state of a job; a job in one of the TERMINAL states stays in it."""

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
    """The reason for which a job is in the state `failed`."""

    ERROR = "error"
    TIMEOUT = "timeout"
    WORKER_LOST = "worker_lost"
    HANDLER_NOT_FOUND = "handler_not_found"


class EventKind(enum.StrEnum):
    """The kind of a job's event; each row of `jobs_event` records one change of one job."""

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
    """The state of a series (recurring job); a series that has ended has had its last run."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class OperationKind(enum.StrEnum):
    """What an operation on many jobs does with these jobs."""

    TERMINATE = "terminate"
    RERUN = "rerun"


class OperationState(enum.StrEnum):
    """The state of an operation on many jobs."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
