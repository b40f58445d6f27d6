"""Defines the tables of heartbeats: of workers, of other processes, and one row that all dispatchers share."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Pulse(models.Model):
    """Stores, in its only row, the last heartbeat of any dispatcher. After downtime, crontab times since are missed."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField()

    class Meta:
        db_table = "jobs_pulse"

    def __str__(self) -> str:
        return f"dispatching at {self.at}"


class WorkerNode(models.Model):
    """Stores the last heartbeat of a worker, with its queues, job types and number of worker slots."""

    name = models.TextField(primary_key=True)
    host = models.TextField()
    pid = models.PositiveIntegerField()
    queues = models.JSONField()
    job_types = models.JSONField(null=True)  # that it has handlers for; null: it does not report them
    slots = models.PositiveIntegerField()
    version = models.TextField(db_default="")
    started_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "jobs_workernode"

    def __str__(self) -> str:
        return self.name


class Process(models.Model):
    """Stores the last heartbeat of a dispatcher, beat or web process. Workers have a table of their own, WorkerNode.

    `problems`: what keeps a dispatcher from handing jobs to workers, as `[{"code", "detail"}]`. `figures`: what it
    measures itself, for metrics: a web process `{"websockets": number}`, a dispatcher `{"loops": {name: when it last
    made progress, in seconds since 1970}}`.
    """

    name = models.TextField(primary_key=True)
    kind = models.TextField()
    host = models.TextField()
    pid = models.PositiveIntegerField()
    version = models.TextField()
    problems = models.JSONField()
    figures = models.JSONField(null=True)
    started_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())
    stopped_at = models.DateTimeField(null=True)  # it ended in an orderly way

    class Meta:
        db_table = "jobs_process"

    def __str__(self) -> str:
        return self.name
