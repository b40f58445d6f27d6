"""Defines the tables of jobs, their events and log lines, series, heartbeats, idempotency keys and bulk operations."""

from jobs.models.events import JobEvent, LogChunk, Relay
from jobs.models.job import Job
from jobs.models.processes import Process, Pulse, WorkerNode
from jobs.models.requests import IdempotencyKey, Operation, OperationPart
from jobs.models.series import Series

__all__ = [
    "IdempotencyKey",
    "Job",
    "JobEvent",
    "LogChunk",
    "Operation",
    "OperationPart",
    "Process",
    "Pulse",
    "Relay",
    "Series",
    "WorkerNode",
]
