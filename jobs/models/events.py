"""Defines the tables of job events, of the feed that puts them in order, and of jobs' log lines."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from jobs.models.job import Job


class JobEvent(models.Model):
    """Records one change of a job: the job's history, and the outbox of event feed and websockets.

    The table is partitioned by job id, as ended jobs are (storage.md), and has no sequence number: see FeedBatch.
    """

    id = models.BigAutoField(primary_key=True)
    job = models.ForeignKey(
        Job, models.DO_NOTHING, related_name="events", db_constraint=False, db_index=False
    )
    at = models.DateTimeField(db_default=Now())
    version = models.IntegerField()  # the job's, right after this change
    attempt = models.IntegerField()
    kind = models.TextField()
    actor = models.TextField(db_default="", default="", blank=True)
    address = models.TextField(null=True)  # the client's network address
    via = models.TextField(null=True)  # the door: api, ui, admin, cli, ...
    # Those fields of the job right after this change that `read.history` cannot derive. Null: none.
    snapshot = models.JSONField(null=True)
    detail = models.JSONField(null=True)

    class Meta:
        db_table = "jobs_event"
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["job"], condition=Q(kind="job_created"), name="event_once_created"
            ),
            models.UniqueConstraint(
                fields=["job"], condition=Q(kind="job_terminated"), name="event_once_terminated"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["job"], name="event_by_job"),
            models.Index(
                fields=["at"], condition=Q(kind__in=["job_progress", "job_log"]), name="event_to_prune"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.job_id}"


class FeedBatch(models.Model):
    """Stores the numbers (`seq`) of some events, which the relay gives after their commit: in order, without gaps.

    `last_seq` is the number of the last one of `event_ids`, and of `job_ids`, which has their jobs in the same order. A
    null stands for an event whose number was given before and that retention deleted. Rows are only added.
    """

    last_seq = models.BigIntegerField(primary_key=True)
    event_ids = ArrayField(models.BigIntegerField())
    job_ids = ArrayField(models.UUIDField())
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "jobs_feed"
        default_permissions = ()

    def __str__(self) -> str:
        return f"numbered to {self.last_seq}"


class RelayState(models.Model):
    """Stores, in its newest row, how far the relay has read events: see dispatcher/numbering.py.

    Rows are added and later deleted, hardly ever updated, so that reading the newest meets no dead rows. Three columns
    have types that Django does not know: `missing` and `missing_before` are int8multirange, the third is xid8.
    """

    last_seq = models.BigIntegerField(primary_key=True)
    read_up_to = models.BigIntegerField()  # the highest id of an event that was numbered
    missing = models.TextField()  # lower ids that were not committed yet when they were looked for
    missing_before = models.TextField()  # those of the generation before
    missing_before_until = models.TextField()  # the first transaction that cannot hold any of those
    rotated_at = models.DateTimeField()  # when `missing` became `missing_before`

    class Meta:
        db_table = "jobs_relaystate"
        default_permissions = ()

    def __str__(self) -> str:
        return f"read up to {self.read_up_to}, numbered to {self.last_seq}"


class LogChunk(models.Model):
    """Stores some successive log lines of a job; `first` is the number of the first. A job's lines start at 1.

    The table is partitioned by job id, as ended jobs are (storage.md).
    """

    id = models.BigAutoField(primary_key=True)
    job = models.ForeignKey(
        Job, models.DO_NOTHING, related_name="log_chunks", db_constraint=False, db_index=False
    )
    first = models.PositiveIntegerField()
    count = models.PositiveIntegerField()
    lines = models.JSONField()  # [{"n", "time", "level", "attempt", "text"}]

    class Meta:
        db_table = "jobs_log"
        default_permissions = ()
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "first"], name="log_once")]

    def __str__(self) -> str:
        return f"lines {self.first}-{self.first + self.count - 1} of {self.job_id}"
