"""Defines the tables of live and of ended jobs, and the view of both. Only `jobs.transitions` writes to them.

A job is inserted into `jobs_live`. The statement that ends it moves it to `jobs_ended`, which is partitioned by id, so
by creation time: see docs/internals/storage.md. Readers use the view `jobs_job`, in which each job is exactly once.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from jobs.models.series import Series
from jobs.states import LIVE, TERMINAL, State
from templates_app.models import JobTemplate

_SCHEDULED = Q(state=State.SCHEDULED)


class _EachJob(models.Model):
    """Lists the columns that a job has while it is live and after it has ended."""

    id = models.UUIDField(primary_key=True)  # holds `created_at`: see ids.py
    created_at = models.DateTimeField(db_default=Now())
    start_time = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    terminate_requested_at = models.DateTimeField(null=True)
    template_version = models.IntegerField()
    version = models.IntegerField(default=1)
    # Attempts and losses are counted here, never by the broker.
    attempt = models.IntegerField(default=0)
    failures = models.IntegerField(default=0)  # attempts the handler itself ended without success
    losses = models.IntegerField(default=0)  # attempts whose own process died while its worker lived
    interruptions = models.IntegerField(default=0)  # attempts that ended with their worker, or by a signal
    max_attempts = models.IntegerField(default=1)
    max_lost = models.IntegerField(default=3)
    log_lines = models.IntegerField(default=0)
    completion_percentage = models.SmallIntegerField(default=0)
    priority = models.SmallIntegerField(default=0)
    template = models.ForeignKey(
        JobTemplate, models.PROTECT, db_column="job_type", related_name="%(class)ss", db_index=False,
        db_constraint=False,
    )  # fmt: skip
    state = models.TextField(choices=[(s, s) for s in State], default=State.SCHEDULED)
    reason = models.TextField(null=True)
    payload = models.JSONField()
    created_by = models.CharField(max_length=150)
    progress_message = models.TextField(default="", blank=True)
    error = models.JSONField(null=True)
    queue = models.TextField(default="default")
    worker = models.TextField(null=True)
    series = models.ForeignKey(
        Series, models.PROTECT, null=True, related_name="%(class)ss", db_index=False, db_constraint=False
    )
    series_number = models.IntegerField(null=True)
    rerun_of = models.UUIDField(null=True)
    parent = models.UUIDField(null=True)  # the job whose handler created it
    tags = ArrayField(models.TextField(), null=True)
    traceparent = models.TextField(null=True)  # of the request that created it (W3C Trace Context)
    terminate_requested_by = models.CharField(max_length=150, default="", blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.template_id} {self.id}"


class _WhileLive(models.Model):
    """Lists the columns that only a live job needs; in the view they are empty for ended jobs."""

    secrets = models.TextField(null=True)  # the values of its secret fields, sealed
    # Its template has maxConcurrent, so that it needs one of the template's slots, too.
    limited = models.BooleanField(default=False)
    withdrawals = models.IntegerField(default=0)
    retry_backoff_seconds = models.IntegerField(default=10)
    timeout_seconds = models.IntegerField(null=True)
    fresh_process = models.BooleanField(default=False)

    # The lease of the attempt that runs now. It is a fencing token: writes of attempts without it change nothing.
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    worker_pid = models.IntegerField(null=True)
    beat = models.IntegerField(default=0)

    # Book-keeping of messages, no state: when the dispatcher claims the job, when its message is published again, how
    # often it was, and whether RedBeat has an entry for it.
    claim_at = models.DateTimeField()
    publish_due = models.DateTimeField(null=True)
    publishes = models.IntegerField(default=0)
    armed = models.BooleanField(default=False)

    class Meta:
        abstract = True


class _OnceEnded(models.Model):
    """Lists the columns that only an ended job has; in the view they are NULL for live jobs."""

    terminated_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)
    failure_group = models.TextField(
        null=True
    )  # what its error has in common with those of other failed jobs

    class Meta:
        abstract = True


class Job(_EachJob, _WhileLive, _OnceEnded):
    """Reads a job, a request to run a job handler, live or ended, from the view. `id` is the `job_id` of the API."""

    class Meta:
        managed = False
        db_table = "jobs_job"


class LiveJob(_EachJob, _WhileLive):
    """Stores a job that has not ended.

    It has few check constraints and few indexes on purpose: Postgres evaluates the checks with each statement that
    changes a job, and most such changes write to all indexes.
    """

    # It keeps the template from being deleted while jobs of it are created.
    template = models.ForeignKey(
        JobTemplate, models.PROTECT, db_column="job_type", related_name="livejobs", db_index=False
    )

    class Meta:
        db_table = "jobs_live"
        default_permissions = ()
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in LIVE]), name="live_state"),
            models.CheckConstraint(condition=Q(completion_percentage__lte=100), name="live_percentage"),
            models.CheckConstraint(
                condition=Q(state=State.RUNNING, lease__isnull=False)
                | (~Q(state=State.RUNNING) & Q(lease__isnull=True)),
                name="live_lease_iff_running",
            ),
            # Partial: most jobs belong to no series, and each of their changes would write an index entry.
            models.UniqueConstraint(
                fields=["series"], condition=Q(series__isnull=False), name="live_one_per_series"
            ),
        ]
        indexes: ClassVar = [
            # A lane by another: see jobs/lanes.py. No other index begins with the template: where all rows are dead,
            # Postgres might take that for a claim.
            models.Index(
                fields=["queue", "limited", "priority", "template", "claim_at", "id"],
                condition=_SCHEDULED,
                name="live_due",
            ),
            models.Index(
                fields=["template"],
                condition=Q(state__in=[State.QUEUED, State.RUNNING], limited=True),
                name="live_in_a_slot",
            ),
            # With a time as the last column, so that a scan need not begin where dead rows pile up.
            models.Index(
                fields=["queue", "publish_due"], condition=Q(state=State.QUEUED), name="live_queued"
            ),
            models.Index(
                fields=["worker", "started_at"], condition=Q(state=State.RUNNING), name="live_running"
            ),
            models.Index(
                fields=["series"],
                condition=Q(state=State.SCHEDULED, armed=False, series__isnull=False),
                name="live_unarmed",
            ),
        ]


class EndedJob(_EachJob, _OnceEnded):
    """Stores a job that has ended; the row never changes. The table is partitioned by id (storage.md)."""

    terminated_at = models.DateTimeField()

    class Meta:
        db_table = "jobs_ended"
        default_permissions = ()
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in TERMINAL]), name="ended_state"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["template", "id"], name="ended_by_type"),
            models.Index(fields=["state", "id"], name="ended_by_state"),
            # Most jobs succeed, and most have the queue that is the default: a scan by id finds those soon.
            models.Index(
                fields=["template", "id"], condition=~Q(state=State.SUCCEEDED), name="ended_otherwise_by_type"
            ),
            models.Index(fields=["reason", "id"], condition=Q(reason__isnull=False), name="ended_by_reason"),
            models.Index(fields=["queue", "id"], condition=~Q(queue="default"), name="ended_by_queue"),
            models.Index(fields=["created_by", "id"], name="ended_by_author"),
            models.Index(fields=["terminated_at"], name="ended_by_end"),
            models.Index(
                fields=["series", "series_number"], condition=Q(series__isnull=False), name="ended_by_series"
            ),
            models.Index(fields=["rerun_of"], condition=Q(rerun_of__isnull=False), name="ended_by_origin"),
            models.Index(fields=["parent"], condition=Q(parent__isnull=False), name="ended_by_parent"),
            models.Index(
                fields=["failure_group", "id"],
                condition=Q(failure_group__isnull=False),
                name="ended_by_group",
            ),
        ]
