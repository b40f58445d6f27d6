"""The ledger: jobs, their events and log, and the series that make recurring jobs.

Only `jobs.transitions` writes what a job's state says; the constraints here are the facts it cannot break.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from jobs.request_models import IdempotencyKey as IdempotencyKey
from jobs.request_models import Operation as Operation
from jobs.request_models import OperationPart as OperationPart
from jobs.series_pauses import Pausable
from jobs.states import LIVE, SeriesState, State
from templates_app.models import JobTemplate

_DUE = Q(state=State.SCHEDULED)


class Series(Pausable):
    """A chain of recurring jobs: the next is due `every_seconds` after the last one ended, or by crontab."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    template = models.ForeignKey(JobTemplate, models.PROTECT, db_column="job_type", related_name="series")
    owned_by_template = models.BooleanField(default=False)
    payload = models.JSONField(null=True)  # null: the template's default values, whatever they are then
    secrets = models.TextField(null=True)  # the values of the secret fields in `payload`, sealed
    pinned_version = models.PositiveIntegerField(null=True)  # null: its jobs are of the template's newest
    every_seconds = models.PositiveBigIntegerField(null=True)
    crontab = models.TextField(null=True)
    time_zone = models.TextField(default="UTC")
    on_missed = models.TextField(default="skip")  # of a crontab time that was missed; or run_once
    max_runs = models.PositiveIntegerField(null=True)
    state = models.TextField(choices=[(s, s) for s in SeriesState], default=SeriesState.ACTIVE)
    archived = models.BooleanField(default=False)  # deleted; the row stays while jobs speak of it
    run_count = models.PositiveIntegerField(default=0)
    last_number = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.CharField(max_length=150)

    class Meta(Pausable.Meta):
        db_table = "jobs_series"
        verbose_name_plural = "series"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["template"], condition=Q(owned_by_template=True), name="series_one_per_template"
            ),
            models.CheckConstraint(
                condition=Q(every_seconds__gte=1, crontab__isnull=True)
                | Q(every_seconds__isnull=True, crontab__isnull=False),
                name="series_delay_or_crontab",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template_id} {'by crontab' if self.crontab else f'every {self.every_seconds} s'}"

    @property
    def has_runs_left(self) -> bool:
        return self.max_runs is None or self.run_count < self.max_runs


class Job(models.Model):
    """One request to run a handler. What the API calls `job_id` is `id`.

    Few checks and few indexes on purpose: Postgres reads the checks anew with each statement that changes a job, and
    every such change writes to all indexes. What the dispatcher looks for is among the few jobs handed over or
    running, which `job_by_state` finds.
    """

    id = models.UUIDField(primary_key=True)  # holds `created_at`: see ids.py
    template = models.ForeignKey(
        JobTemplate, models.PROTECT, db_column="job_type", related_name="jobs", db_index=False
    )
    template_version = models.IntegerField()
    state = models.TextField(choices=[(s, s) for s in State], default=State.SCHEDULED)
    reason = models.TextField(null=True)
    payload = models.JSONField()
    secrets = models.TextField(null=True)  # the values of its secret fields, sealed; none once it has ended
    start_time = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.CharField(max_length=150)
    started_at = models.DateTimeField(null=True)
    terminated_at = models.DateTimeField(null=True)
    completion_percentage = models.SmallIntegerField(default=0)
    progress_message = models.TextField(default="", blank=True)
    result = models.JSONField(null=True)
    error = models.JSONField(null=True)
    priority = models.SmallIntegerField(default=0)
    queue = models.TextField(default="default")
    limited = models.BooleanField(default=False)  # its template has maxConcurrent: it waits for a slot, too
    worker = models.TextField(null=True)
    series = models.ForeignKey(Series, models.PROTECT, null=True, related_name="jobs", db_index=False)
    series_number = models.IntegerField(null=True)
    rerun_of = models.UUIDField(null=True)
    terminate_requested_at = models.DateTimeField(null=True)
    terminate_requested_by = models.CharField(max_length=150, default="", blank=True)
    version = models.IntegerField(default=1)

    # Attempts and losses are counted here, never by the broker.
    attempt = models.IntegerField(default=0)
    failures = models.IntegerField(default=0)  # attempts the handler itself ended without success
    losses = models.IntegerField(default=0)  # attempts whose own process died while its worker lived
    interruptions = models.IntegerField(default=0, db_default=0)  # attempts cut short with it, or by a signal
    withdrawals = models.IntegerField(default=0)
    max_attempts = models.IntegerField(default=1)
    max_lost = models.IntegerField(default=3)
    retry_backoff_seconds = models.IntegerField(default=10)
    timeout_seconds = models.IntegerField(null=True)
    fresh_process = models.BooleanField(default=False, db_default=False)

    # The lease of the attempt that runs now: whoever does not hold it can write nothing.
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    worker_pid = models.IntegerField(null=True)
    beat = models.IntegerField(default=0)

    # Book-keeping of hints, no state: when the loop takes it, when its hint goes out again, if RedBeat knows.
    claim_at = models.DateTimeField()
    publish_due = models.DateTimeField(null=True)
    publishes = models.IntegerField(default=0)
    armed = models.BooleanField(default=False)
    log_lines = models.IntegerField(default=0)

    class Meta:
        db_table = "jobs_job"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in State]), name="job_state_known"),
            models.CheckConstraint(condition=Q(completion_percentage__lte=100), name="job_percentage"),
            models.CheckConstraint(
                condition=Q(state=State.RUNNING, lease__isnull=False)
                | (~Q(state=State.RUNNING) & Q(lease__isnull=True)),
                name="job_lease_iff_running",
            ),
            # Of series only: most jobs belong to none, and should not pay for an index entry with each change.
            models.UniqueConstraint(
                fields=["series", "series_number"],
                condition=Q(series__isnull=False),
                name="job_number_once_per_series",
            ),
            models.UniqueConstraint(
                fields=["series"],
                condition=Q(state__in=[s.value for s in LIVE], series__isnull=False),
                name="job_one_live_per_series",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["queue", "limited", "priority", "claim_at"], condition=_DUE, name="job_due"),
            models.Index(
                fields=["queue", "limited", "priority", "template", "claim_at", "id"],
                condition=_DUE,
                name="job_due_by_type",
            ),
            models.Index(
                fields=["template", "-priority", "claim_at", "id"],
                condition=Q(state=State.SCHEDULED, limited=True),
                name="job_due_for_slots",
            ),
            models.Index(
                fields=["template"],
                condition=Q(state__in=[State.QUEUED, State.RUNNING], limited=True),
                name="job_in_a_slot",
            ),
            models.Index(fields=["state", "-id"], name="job_by_state"),
            models.Index(fields=["template", "-id"], name="job_by_type"),
            models.Index(
                fields=["series"],
                condition=Q(state=State.SCHEDULED, armed=False, series__isnull=False),
                name="job_unarmed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template_id} {self.id}"


class JobEvent(models.Model):
    """One recorded change of a job: its history, the outbox of the websockets and the feed in one."""

    id = models.BigAutoField(primary_key=True)
    seq = models.BigIntegerField(null=True)  # numbered after commit by the relay: in order, without holes
    job = models.ForeignKey(Job, models.CASCADE, related_name="events")
    kind = models.TextField()
    at = models.DateTimeField(db_default=Now())
    actor = models.CharField(max_length=150, default="", blank=True)
    # The job's changing fields right after this change: a frame shows the job as it was then.
    snapshot = models.JSONField()
    detail = models.JSONField(null=True)

    class Meta:
        db_table = "jobs_jobevent"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seq"], name="event_seq_once"),
            models.UniqueConstraint(
                fields=["job"], condition=Q(kind="job_created"), name="event_created_once"
            ),
            models.UniqueConstraint(
                fields=["job"], condition=Q(kind="job_terminated"), name="event_terminated_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=Q(seq__isnull=True), name="event_unnumbered"),
            models.Index(
                fields=["at"], condition=Q(kind__in=["job_progress", "job_log"]), name="event_passing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.job_id}"


class Relay(models.Model):
    """One row: how far the events are numbered, and how far they were handed to the channel layer."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    last_seq = models.BigIntegerField(default=0)
    sent_seq = models.BigIntegerField(default=0)

    class Meta:
        db_table = "jobs_relay"

    def __str__(self) -> str:
        return f"numbered to {self.last_seq}, sent to {self.sent_seq}"


class LogChunk(models.Model):
    """Some lines of a job's log, written together. `first` is the number of the first line, from 1."""

    id = models.BigAutoField(primary_key=True)
    job = models.ForeignKey(Job, models.CASCADE, related_name="log_chunks", db_index=False)
    first = models.PositiveIntegerField()
    count = models.PositiveIntegerField()
    lines = models.JSONField()  # [{"n", "time", "level", "attempt", "text"}]

    class Meta:
        db_table = "jobs_logchunk"
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "first"], name="log_lines_once")]

    def __str__(self) -> str:
        return f"lines {self.first}-{self.first + self.count - 1} of {self.job_id}"


class Pulse(models.Model):
    """One row: when a dispatcher last said that it lives. A crontab's time after it was missed."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField()

    class Meta:
        db_table = "jobs_pulse"

    def __str__(self) -> str:
        return f"dispatching at {self.at}"


class WorkerNode(models.Model):
    """A worker process that said it lives: its queues, slots and last heartbeat."""

    name = models.TextField(primary_key=True)
    host = models.TextField()
    pid = models.PositiveIntegerField()
    queues = models.JSONField()
    job_types = models.JSONField(null=True)  # that it has handlers for; null: it does not tell
    slots = models.PositiveIntegerField()
    version = models.TextField(db_default="")
    started_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "jobs_workernode"

    def __str__(self) -> str:
        return self.name


class Process(models.Model):
    """A dispatcher, beat or web process that said it lives. Workers have rows of their own: WorkerNode.

    `problems`: what keeps a dispatcher from its work, as `[{"code", "detail"}]`.
    """

    name = models.TextField(primary_key=True)
    kind = models.TextField()
    host = models.TextField()
    pid = models.PositiveIntegerField()
    version = models.TextField()
    problems = models.JSONField()
    started_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())
    stopped_at = models.DateTimeField(null=True)  # it ended in an orderly way

    class Meta:
        db_table = "jobs_process"

    def __str__(self) -> str:
        return self.name
