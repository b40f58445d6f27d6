"""Defines the tables of jobs, their events and log lines, series, heartbeats, idempotency keys and bulk operations."""

from jobs.models.counters import CountMark, DispatchCount, JobCount, JobMinute, JobTotal
from jobs.models.events import FeedBatch, JobEvent, LogChunk, RelayState
from jobs.models.job import EndedJob, Job, LiveJob
from jobs.models.processes import Process, Pulse, WorkerNode
from jobs.models.requests import IdempotencyKey, Operation, OperationPart
from jobs.models.series import Series

__all__ = [
    "CountMark",
    "DispatchCount",
    "EndedJob",
    "FeedBatch",
    "IdempotencyKey",
    "Job",
    "JobCount",
    "JobEvent",
    "JobMinute",
    "JobTotal",
    "LiveJob",
    "LogChunk",
    "Operation",
    "OperationPart",
    "Process",
    "Pulse",
    "RelayState",
    "Series",
    "WorkerNode",
]
